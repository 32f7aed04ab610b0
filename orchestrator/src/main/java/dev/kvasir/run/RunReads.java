package dev.kvasir.run;

import dev.kvasir.library.VersionLock;
import dev.kvasir.run.RunCursor.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads runs and what belongs to them. The owner is part of every query. */
final class RunReads {

    private static final String RUN = """
            SELECT r.*, g.name AS graph, v.sha256, v.lock, sums.*,
                   coalesce(extract(epoch FROM coalesce(r.finished_at, clock_timestamp()) - r.started_at) * 1000, 0)::bigint AS wall,
                   (SELECT coalesce(json_object_agg(e.edge, e.effective_mode ORDER BY e.edge), '{}')
                    FROM edge_use e WHERE e.run_id = r.id AND e.iteration = '') AS modes,
                   (SELECT coalesce(sum(extract(epoch FROM a.finished_at - a.started_at) * 1000), 0)::bigint
                    FROM step s JOIN attempt a ON a.step_id = s.id
                    WHERE s.run_id = r.id AND a.state NOT IN ('RUNNING', 'SUCCEEDED')) AS lost
            FROM run r
            JOIN graph g ON g.id = r.graph_id
            JOIN graph_version v ON v.graph_id = r.graph_id AND v.number = r.version
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(m.total_ms - m.queue_ms), 0) AS latency, coalesce(sum(m.prompt_tokens), 0) AS prompt,
                       coalesce(sum(m.generated_tokens), 0) AS generated, coalesce(sum(m.avoided_tokens), 0) AS avoided,
                       coalesce(sum(m.reused_tokens), 0) AS reused, coalesce(sum(m.cache_bytes), 0) AS bytes,
                       coalesce((array_agg(m.first_token_ms + m.queue_ms + (extract(epoch FROM s.ready_at - r.started_at) * 1000)::bigint
                            ORDER BY s.position DESC) FILTER (WHERE m.first_token_ms > 0))[1], 0) AS first_token
                FROM step s JOIN metric m ON m.step_id = s.id
                JOIN attempt a ON a.step_id = s.id AND a.state = 'SUCCEEDED'
                WHERE s.run_id = r.id) sums
            WHERE r.owner_id = :owner\s""";

    private static final String FILTER = """
            AND r.outer_run_id IS NOT DISTINCT FROM :within::uuid
            AND (:graph::uuid IS NULL OR r.graph_id = :graph)
            AND (:version::integer IS NULL OR r.version = :version)
            AND (cardinality(:states::text[]) = 0 OR r.state = ANY(:states::text[]))
            AND (:labels::jsonb IS NULL OR r.labels @> :labels::jsonb)
            AND (:since::timestamptz IS NULL OR r.created_at >= :since)
            AND (:until::timestamptz IS NULL OR r.created_at < :until)\s""";

    private static final String STEP = """
            SELECT s.*, i.number AS island_number, t.text, t.truncated, t.value, t.finish_reason, t.prompt_sha256, t.messages,
                   m.step_id AS committed, m.*,
                   (SELECT a.worker FROM attempt a WHERE a.step_id = s.id ORDER BY a.number DESC LIMIT 1) AS worker
            FROM step s JOIN run r ON r.id = s.run_id
            LEFT JOIN island i ON i.id = s.island_id
            LEFT JOIN result t ON t.step_id = s.id
            LEFT JOIN metric m ON m.step_id = s.id
            WHERE r.owner_id = :owner AND r.id = :run ORDER BY s.position, s.visit""";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Faults faults;
    private final RunCursor cursors;

    RunReads(JdbcClient jdbc, JsonMapper json, Faults faults) {
        this.jdbc = jdbc;
        this.json = json;
        this.faults = faults;
        this.cursors = new RunCursor();
    }

    Optional<RunRecord> find(UUID owner, RunId run) {
        return jdbc.sql(RUN + "AND r.id = :run")
                .param("owner", owner)
                .param("run", run.value())
                .query((row, number) -> run(row))
                .optional();
    }

    RunPage list(UUID owner, RunFilter filter, @Nullable String cursor, int limit) {
        Place after = cursor == null ? null : cursors.read(cursor, owner);
        List<RunRecord> runs = filtered(RUN + FILTER + """
                                AND (:afterAt::timestamptz IS NULL OR (r.created_at, r.id) < (:afterAt, :afterId::uuid))
                                ORDER BY r.created_at DESC, r.id DESC LIMIT :limit""", owner, filter)
                .param("afterAt", after == null ? null : at(after.createdAt()))
                .param("afterId", after == null ? null : after.run())
                .param("limit", limit + 1)
                .query((row, number) -> run(row))
                .list();
        if (runs.size() <= limit) {
            return new RunPage(runs, null);
        }
        RunRecord last = runs.get(limit - 1);
        return new RunPage(
                runs.subList(0, limit),
                cursors.write(new Place(last.createdAt(), last.id().value()), owner));
    }

    long count(UUID owner, RunFilter filter) {
        return filtered("SELECT count(*) FROM run r WHERE r.owner_id = :owner " + FILTER, owner, filter)
                .query((row, number) -> row.getLong(1))
                .single();
    }

    private StatementSpec filtered(String sql, UUID owner, RunFilter filter) {
        return jdbc.sql(sql)
                .param("owner", owner)
                .param(
                        "within",
                        filter.within() == null ? null : filter.within().value())
                .param("graph", filter.graph())
                .param("version", filter.version())
                .param("states", filter.states().stream().map(Enum::name).toArray(String[]::new))
                .param("labels", label(filter.label()))
                .param("since", at(filter.since()))
                .param("until", at(filter.until()));
    }

    private @Nullable String label(@Nullable String label) {
        if (label == null) {
            return null;
        }
        int equals = label.indexOf('=');
        String name = equals < 0 ? label : label.substring(0, equals);
        String value = equals < 0 ? "" : label.substring(equals + 1);
        return json.createObjectNode().put(name, value).toString();
    }

    List<StepRecord> steps(UUID owner, RunId run) {
        return jdbc.sql(STEP)
                .param("owner", owner)
                .param("run", run.value())
                .query((row, number) -> step(row))
                .list();
    }

    List<AttemptRecord> attempts(UUID owner, RunId run, StepId step) {
        return jdbc.sql("""
                        SELECT a.* FROM attempt a JOIN step s ON s.id = a.step_id JOIN run r ON r.id = s.run_id
                        WHERE r.owner_id = :owner AND r.id = :run AND s.id = :step ORDER BY a.number""")
                .param("owner", owner)
                .param("run", run.value())
                .param("step", step.value())
                .query((row, number) -> new AttemptRecord(
                        row.getInt("number"),
                        row.getLong("epoch"),
                        AttemptState.valueOf(row.getString("state")),
                        row.getString("worker"),
                        faults.read(row.getString("error")),
                        required(instant(row, "started_at")),
                        instant(row, "finished_at")))
                .list();
    }

    List<EdgeRecord> edges(UUID owner, RunId run) {
        return jdbc.sql("""
                        SELECT e.* FROM edge_use e JOIN run r ON r.id = e.run_id
                        WHERE r.owner_id = :owner AND r.id = :run ORDER BY e.edge, e.iteration""")
                .param("owner", owner)
                .param("run", run.value())
                .query((row, number) -> EdgeUses.record(row))
                .list();
    }

    List<EventRecord> events(UUID owner, RunId run, long after, int limit) {
        return jdbc.sql("""
                        SELECT e.* FROM event e JOIN run r ON r.id = e.run_id
                        WHERE r.owner_id = :owner AND r.id = :run AND e.seq > :after ORDER BY e.seq LIMIT :limit""")
                .param("owner", owner)
                .param("run", run.value())
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> event(run, row))
                .list();
    }

    private EventRecord event(RunId run, ResultSet row) throws SQLException {
        UUID step = row.getObject("step_id", UUID.class);
        return new EventRecord(
                row.getLong("seq"),
                required(instant(row, "at")),
                run,
                row.getString("name"),
                step == null ? null : new StepId(step),
                row.getString("node"),
                row.getString("edge"),
                json.readTree(row.getString("data")));
    }

    private RunRecord run(ResultSet row) throws SQLException {
        return new RunRecord(
                new RunId(row.getObject("id", UUID.class)),
                RunState.valueOf(row.getString("state")),
                row.getBoolean("degraded"),
                new dev.kvasir.library.GraphId(row.getObject("graph_id", UUID.class)).toString(),
                row.getString("graph"),
                row.getInt("version"),
                "sha256:" + row.getString("sha256"),
                json.readValue(row.getString("lock"), VersionLock.class),
                json.readTree(row.getString("input")),
                tree(row.getString("output")),
                faults.read(row.getString("error")),
                row.getLong("seed"),
                row.getString("profile"),
                texts(row.getString("labels")),
                runId(row, "parent_run_id"),
                runId(row, "replayed_from"),
                runId(row, "paired_run_id"),
                runId(row, "outer_run_id"),
                required(instant(row, "created_at")),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                totals(row),
                texts(row.getString("modes")),
                row.getLong("last_event"));
    }

    private static RunTotals totals(ResultSet row) throws SQLException {
        return new RunTotals(
                row.getLong("latency"),
                Math.max(0, row.getLong("wall")),
                row.getLong("lost"),
                row.getLong("prompt"),
                row.getLong("generated"),
                row.getLong("avoided"),
                row.getLong("reused"),
                row.getLong("bytes"),
                Math.max(0, row.getLong("first_token")));
    }

    private StepRecord step(ResultSet row) throws SQLException {
        int island = row.getInt("island_number");
        boolean inline = row.wasNull();
        return new StepRecord(
                new StepId(row.getObject("id", UUID.class)),
                new RunId(row.getObject("run_id", UUID.class)),
                row.getString("node"),
                row.getString("iteration"),
                StepState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                inline ? null : island,
                row.getString("worker"),
                faults.read(row.getString("error")),
                instant(row, "ready_at"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getString("finish_reason"),
                row.getString("text"),
                row.getBoolean("truncated"),
                tree(row.getString("value")),
                ports(row),
                stepId(row),
                row.getBoolean("edited"),
                row.getString("prompt_sha256"),
                turns(row.getString("messages")),
                row.getObject("committed") == null ? null : StepMetricsReader.read(row));
    }

    private static List<String> ports(ResultSet row) throws SQLException {
        return row.getObject("finished_at") == null
                ? List.of()
                : List.of((String[]) row.getArray("ports").getArray());
    }

    private static @Nullable StepId stepId(ResultSet row) throws SQLException {
        UUID id = row.getObject("reused_from", UUID.class);
        return id == null ? null : new StepId(id);
    }

    private List<StepRecord.PromptTurn> turns(@Nullable String messages) {
        if (messages == null) {
            return List.of();
        }
        return json.readTree(messages)
                .valueStream()
                .map(turn -> new StepRecord.PromptTurn(
                        turn.path("role").asString(), turn.path("content").asString()))
                .toList();
    }

    private @Nullable JsonNode tree(@Nullable String document) {
        return document == null ? null : json.readTree(document);
    }

    private Map<String, String> texts(String document) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.readTree(document)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
        return texts;
    }

    private static @Nullable RunId runId(ResultSet row, String column) throws SQLException {
        UUID id = row.getObject(column, UUID.class);
        return id == null ? null : new RunId(id);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static Instant required(@Nullable Instant time) {
        if (time == null) {
            throw new IllegalStateException("A time that every row has is absent");
        }
        return time;
    }
}
