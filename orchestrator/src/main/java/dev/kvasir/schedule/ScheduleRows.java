package dev.kvasir.schedule;

import dev.kvasir.library.GraphId;
import dev.kvasir.run.RunId;
import dev.kvasir.schedule.Outcome.Cause;
import dev.kvasir.schedule.Outcome.Kind;
import dev.kvasir.schedule.Schedule.Next;
import dev.kvasir.schedule.Schedule.Overlap;
import dev.kvasir.schedule.Schedule.Timing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Schedules in PostgreSQL. All times are the database's. */
final class ScheduleRows {

    private static final String DUE = """
            FROM schedule s
            JOIN app_user u ON u.id = s.owner_id AND u.disabled_at IS NULL
            JOIN graph g ON g.id = s.graph_id AND g.archived_at IS NULL
            WHERE s.state = 'ACTIVE'\s""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ScheduleRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Instant now() {
        return jdbc.sql("SELECT clock_timestamp()")
                .query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .single();
    }

    void insert(Schedule schedule) {
        filled(jdbc.sql("""
                        INSERT INTO schedule (id, owner_id, name, graph_id, version, state, cron, every_ms, time_zone, input, overlap,
                            catch_up_ms, jitter_ms, next_due_at, next_run_at, created_at)
                        VALUES (:id, :owner, :name, :graph, :version, :state, :cron, :every, :zone, :input::json, :overlap,
                            :catchUp, :jitter, :dueAt, :runAt, :createdAt)"""), schedule)
                .param("graph", schedule.graph().value())
                .param("createdAt", at(schedule.createdAt()))
                .update();
    }

    void update(Schedule schedule) {
        filled(jdbc.sql("""
                        UPDATE schedule SET name = :name, version = :version, state = :state, cron = :cron, every_ms = :every,
                               time_zone = :zone, input = :input::json, overlap = :overlap, catch_up_ms = :catchUp,
                               jitter_ms = :jitter, next_due_at = :dueAt, next_run_at = :runAt
                        WHERE id = :id AND owner_id = :owner"""), schedule).update();
    }

    private static StatementSpec filled(StatementSpec statement, Schedule schedule) {
        Timing timing = schedule.timing();
        Next next = schedule.next();
        return statement
                .param("id", schedule.id().value())
                .param("owner", schedule.owner())
                .param("name", schedule.name())
                .param("version", schedule.version())
                .param("state", next == null ? "PAUSED" : "ACTIVE")
                .param("cron", timing.cron() == null ? null : timing.cron().toString())
                .param("every", timing.every() == null ? null : timing.every().toMillis())
                .param("zone", timing.zone().getId())
                .param("input", schedule.input().toString())
                .param("overlap", timing.overlap().name())
                .param("catchUp", timing.catchUp().toMillis())
                .param("jitter", timing.jitter().toMillis())
                .param("dueAt", next == null ? null : at(next.dueAt()))
                .param("runAt", next == null ? null : at(next.runAt()));
    }

    Optional<Schedule> find(UUID owner, ScheduleId id) {
        return find(owner, id, "");
    }

    /** The same, and nobody else changes it until the transaction ends. */
    Optional<Schedule> lock(UUID owner, ScheduleId id) {
        return find(owner, id, " FOR NO KEY UPDATE");
    }

    private Optional<Schedule> find(UUID owner, ScheduleId id, String lock) {
        return jdbc.sql("SELECT * FROM schedule WHERE owner_id = :owner AND id = :id" + lock)
                .param("owner", owner)
                .param("id", id.value())
                .query((row, number) -> schedule(row))
                .optional();
    }

    /**
     * Newest first.
     *
     * @param after the last of the page before; null for the first page
     */
    List<Schedule> list(UUID owner, @Nullable ScheduleId after, int limit) {
        return jdbc.sql("""
                        SELECT * FROM schedule
                        WHERE owner_id = :owner AND (:after::uuid IS NULL OR id < :after::uuid) ORDER BY id DESC LIMIT :limit""")
                .param("owner", owner)
                .param("after", after == null ? null : after.value())
                .param("limit", limit)
                .query((row, number) -> schedule(row))
                .list();
    }

    int count(UUID owner) {
        return jdbc.sql("SELECT count(*) FROM schedule WHERE owner_id = :owner")
                .param("owner", owner)
                .query(Integer.class)
                .single();
    }

    void delete(UUID owner, ScheduleId id) {
        jdbc.sql("DELETE FROM schedule WHERE owner_id = :owner AND id = :id")
                .param("owner", owner)
                .param("id", id.value())
                .update();
    }

    /** Schedules whose next time has come, the most overdue first. */
    List<ScheduleId> due(int limit) {
        return ids(
                "SELECT s.id " + DUE
                        + "AND s.next_run_at <= clock_timestamp() ORDER BY s.next_run_at, s.id LIMIT :limit",
                limit);
    }

    /** Schedules that hold a start back and have no open run any more. */
    List<ScheduleId> released(int limit) {
        return ids("SELECT s.id " + DUE + """
                AND EXISTS (SELECT 1 FROM schedule_outcome o WHERE o.schedule_id = s.id AND o.outcome = 'BUFFERED')
                AND NOT EXISTS (SELECT 1 FROM run r WHERE r.schedule_id = s.id AND r.finished_at IS NULL)
                LIMIT :limit""", limit);
    }

    private List<ScheduleId> ids(String sql, int limit) {
        return jdbc.sql(sql)
                .param("limit", limit)
                .query((row, number) -> new ScheduleId(row.getObject("id", UUID.class)))
                .list();
    }

    /** A schedule that nobody else is about to act for; locked until the transaction ends. */
    Optional<Schedule> claim(ScheduleId id) {
        return jdbc.sql("SELECT * FROM schedule WHERE id = :id AND state = 'ACTIVE' FOR NO KEY UPDATE SKIP LOCKED")
                .param("id", id.value())
                .query((row, number) -> schedule(row))
                .optional();
    }

    /** How long it is until a schedule is due; empty if none will be. */
    Optional<Duration> untilNext() {
        return jdbc.sql("""
                        SELECT ceil(extract(epoch FROM min(next_run_at) - clock_timestamp()) * 1000)::bigint AS millis
                        FROM schedule WHERE state = 'ACTIVE' AND next_run_at > clock_timestamp()""")
                .query((row, number) -> Optional.ofNullable((Long) row.getObject("millis")))
                .single()
                .map(Duration::ofMillis);
    }

    List<RunId> openRuns(ScheduleId id) {
        return jdbc.sql("SELECT id FROM run WHERE schedule_id = :id AND finished_at IS NULL ORDER BY id")
                .param("id", id.value())
                .query((row, number) -> new RunId(row.getObject("id", UUID.class)))
                .list();
    }

    void startedBy(ScheduleId id, RunId run) {
        jdbc.sql("UPDATE run SET schedule_id = :id WHERE id = :run")
                .param("id", id.value())
                .param("run", run.value())
                .update();
    }

    /** Writes what became of a time; a due time has one outcome, and a second one is refused by the database. */
    void outcome(ScheduleId id, Instant dueAt, Cause cause, Ending ending) {
        jdbc.sql("""
                        INSERT INTO schedule_outcome (schedule_id, due_at, cause, outcome, run_id, detail)
                        VALUES (:id, :dueAt, :cause, :outcome, :run, :detail)""")
                .param("id", id.value())
                .param("dueAt", at(dueAt))
                .param("cause", cause.name())
                .param("outcome", ending.kind().name())
                .param("run", ending.run() == null ? null : ending.run().value())
                .param("detail", ending.detail())
                .update();
    }

    /** How a time ended. */
    record Ending(Kind kind, @Nullable RunId run, @Nullable String detail) {

        static Ending started(RunId run) {
            return new Ending(Kind.STARTED, run, null);
        }

        static Ending without(Kind kind, String detail) {
            return new Ending(kind, null, detail);
        }
    }

    boolean isBuffered(ScheduleId id) {
        return jdbc.sql("SELECT count(*) FROM schedule_outcome WHERE schedule_id = :id AND outcome = 'BUFFERED'")
                        .param("id", id.value())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Ends what was held back. */
    void unbuffer(ScheduleId id, Ending ending) {
        jdbc.sql("""
                        UPDATE schedule_outcome SET outcome = :outcome, run_id = :run, detail = :detail
                        WHERE schedule_id = :id AND outcome = 'BUFFERED'""")
                .param("id", id.value())
                .param("outcome", ending.kind().name())
                .param("run", ending.run() == null ? null : ending.run().value())
                .param("detail", ending.detail())
                .update();
    }

    /**
     * Newest first.
     *
     * @param before the number of the last of the page before
     */
    List<Outcome> outcomes(ScheduleId id, long before, int limit) {
        return jdbc.sql("""
                        SELECT * FROM schedule_outcome WHERE schedule_id = :id AND id < :before ORDER BY id DESC LIMIT :limit""")
                .param("id", id.value())
                .param("before", before)
                .param("limit", limit)
                .query((row, number) -> outcome(row))
                .list();
    }

    /** Drops some outcomes of long ago; what is held back stays. */
    void purge(Duration age, int most) {
        jdbc.sql("""
                        DELETE FROM schedule_outcome WHERE id IN (
                            SELECT id FROM schedule_outcome
                            WHERE at < clock_timestamp() - :age * interval '1 ms' AND outcome <> 'BUFFERED' LIMIT :most)""").param("age", age.toMillis()).param("most", most).update();
    }

    private Schedule schedule(ResultSet row) throws SQLException {
        return new Schedule(
                new ScheduleId(row.getObject("id", UUID.class)),
                row.getObject("owner_id", UUID.class),
                row.getString("name"),
                new GraphId(row.getObject("graph_id", UUID.class)),
                (Integer) row.getObject("version"),
                (ObjectNode) json.readTree(row.getString("input")),
                timing(row),
                next(row),
                instant(row, "created_at"));
    }

    private static Timing timing(ResultSet row) throws SQLException {
        String cron = row.getString("cron");
        return new Timing(
                cron == null ? null : CronLine.parse(cron),
                cron == null ? Duration.ofMillis(row.getLong("every_ms")) : null,
                ZoneId.of(row.getString("time_zone")),
                Overlap.valueOf(row.getString("overlap")),
                Duration.ofMillis(row.getLong("catch_up_ms")),
                Duration.ofMillis(row.getLong("jitter_ms")));
    }

    private static @Nullable Next next(ResultSet row) throws SQLException {
        return row.getObject("next_due_at") == null
                ? null
                : new Next(instant(row, "next_due_at"), instant(row, "next_run_at"));
    }

    private static Outcome outcome(ResultSet row) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return new Outcome(
                row.getLong("id"),
                instant(row, "due_at"),
                Cause.valueOf(row.getString("cause")),
                Kind.valueOf(row.getString("outcome")),
                run == null ? null : new RunId(run),
                row.getString("detail"),
                instant(row, "at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
