package dev.kvasir.run;

import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.dispatch.IslandId;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.LeaseLostException;
import dev.kvasir.dispatch.Notices;
import dev.kvasir.dispatch.Sweeper.Sweep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The one recovery rule: takes islands from workers that fell silent, hang or do not stop, ends runs whose time is over, and sees to
 * what waits for people or for runs within runs.
 *
 * <p>Each island and run is taken in a transaction of its own; whatever another process holds is passed over. Any number of
 * processes may sweep at once.
 */
final class Recovery implements Sweep {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    private static final int BATCH = 100;

    private static final String OVERDUE = """
            SELECT i.id, i.run_id, i.epoch, w.name AS worker,
                   CASE WHEN i.lease_until < clock_timestamp() THEN 'LOST'
                        WHEN r.stop_mode = 'NOW' AND r.stop_requested_at < clock_timestamp() - :force * interval '1 ms' THEN 'STOP'
                        WHEN i.progress_at < clock_timestamp() - :progress * interval '1 ms' THEN 'HUNG'
                        ELSE 'TIMEOUT' END AS cause
            FROM island i JOIN worker w ON w.id = i.worker_id JOIN run r ON r.id = i.run_id
            WHERE i.state = 'RUNNING'
              AND (i.lease_until < clock_timestamp()
                   OR i.progress_at < clock_timestamp() - :progress * interval '1 ms'
                   OR i.deadline_at < clock_timestamp() - :grace * interval '1 ms'
                   OR (r.stop_mode = 'NOW' AND r.stop_requested_at < clock_timestamp() - :force * interval '1 ms'))
            ORDER BY i.lease_until
            LIMIT :batch""";

    private static final String TAKE = """
            SELECT i.id FROM island i JOIN run r ON r.id = i.run_id
            WHERE i.id = :island AND i.epoch = :epoch AND i.state = 'RUNNING'
              AND (:cause <> 'LOST' OR i.lease_until < clock_timestamp())
            FOR NO KEY UPDATE OF i, r SKIP LOCKED""";

    private static final String OUT_OF_TIME = """
            SELECT id FROM run
            WHERE (state = 'QUEUED' AND queue_deadline_at < clock_timestamp() AND stop_state IS NULL)
               OR (state = 'RUNNING' AND deadline_at < clock_timestamp() AND stop_state IS NULL)
            LIMIT :batch""";

    private final JdbcClient jdbc;
    private final RunRoom room;
    private final Completion completion;
    private final DispatchProperties dispatch;
    private final RunProperties settings;
    private final Notices notices;
    private final Answers answers;

    Recovery(
            JdbcClient jdbc, RunRoom room, Completion completion, DispatchProperties dispatch, RunProperties settings) {
        this.jdbc = jdbc;
        this.room = room;
        this.completion = completion;
        this.dispatch = dispatch;
        this.settings = settings;
        this.notices = room.notices();
        this.answers = new Answers(room);
    }

    @Override
    public void sweep() {
        overdue().forEach(this::recover);
        outOfTime().forEach(this::timeOut);
        answers.expire();
        room.inner().sweep();
        endStopped();
        forgetSilentWorkers();
        wakeForDue();
    }

    private List<Overdue> overdue() {
        Duration slack = dispatch.heartbeat().multipliedBy(2);
        return jdbc.sql(OVERDUE)
                .param("progress", dispatch.progress().plus(slack).toMillis())
                .param("grace", slack.toMillis())
                .param("force", settings.cancelForce().toMillis())
                .param("batch", BATCH)
                .query((row, number) -> Overdue.read(row))
                .list();
    }

    private void recover(Overdue overdue) {
        try {
            room.transactions().run(() -> {
                if (take(overdue)) {
                    completion.write(overdue.lease(), overdue.worker(), overdue.end(firstNode(overdue)));
                    log.warn(
                            "{} is taken from worker {}: {}",
                            overdue.lease().island(),
                            overdue.worker(),
                            overdue.cause());
                }
            });
        } catch (LeaseLostException gone) {
            log.debug("{}", gone.getMessage());
        }
    }

    private boolean take(Overdue overdue) {
        return jdbc.sql(TAKE)
                .param("island", overdue.lease().island().value())
                .param("epoch", overdue.lease().epoch())
                .param("cause", overdue.cause().name())
                .query((row, number) -> row.getObject("id", UUID.class))
                .optional()
                .isPresent();
    }

    private String firstNode(Overdue overdue) {
        return room.rows().stepsOf(overdue.lease().island().value()).getFirst().node();
    }

    private List<UUID> outOfTime() {
        return jdbc.sql(OUT_OF_TIME)
                .param("batch", BATCH)
                .query((row, number) -> row.getObject("id", UUID.class))
                .list();
    }

    private void timeOut(UUID run) {
        room.transactions()
                .run(() -> room.rows()
                        .lock(run)
                        .filter(row -> !row.state().isFinal() && !row.isStopping())
                        .ifPresent(row ->
                                room.progression().stop(run, RunState.TIMED_OUT, CancelMode.NOW, outOfTime(row))));
    }

    private StepFault outOfTime(RunRow run) {
        String detail = others(run.id())
                .or(() -> missingWorker(run.id()))
                .orElse(
                        run.state() == RunState.QUEUED
                                ? "The run waited too long for a worker. See that one is running which has the graph's models: kvasir doctor"
                                : "The run took longer than its timeoutMs allows. Raise it, or ask for fewer tokens.");
        return new StepFault("TIMEOUT", detail, true, null);
    }

    /** What held a run back, if other runs did. */
    private Optional<String> others(UUID run) {
        return jdbc.sql(
                        "SELECT concurrency_key FROM run JOIN run_hold ON run_id = id WHERE id = :run AND concurrency_key IS NOT NULL")
                .param("run", run)
                .query((row, number) -> row.getString(1))
                .optional()
                .map(key ->
                        "The run waited too long for others of its graph with concurrencyKey '%s'. Cancel those, or start it with onConflict ALLOW."
                                .formatted(key));
    }

    /** What a run is waiting for, if nobody is there who could take it on. */
    private Optional<String> missingWorker(UUID run) {
        return jdbc.sql("""
                        SELECT i.pool FROM island i
                        WHERE i.run_id = :run AND i.state = 'READY' AND NOT EXISTS (
                            SELECT 1 FROM worker w WHERE w.pool = i.pool AND w.state = 'ACTIVE')
                        ORDER BY i.number LIMIT 1""")
                .param("run", run)
                .query((row, number) -> row.getString(1))
                .optional()
                .map(pool ->
                        "The run waited too long for a worker of pool '%s', and there is none. Start one with: kvasir worker --pool %s"
                                .formatted(pool, pool));
    }

    private void endStopped() {
        List<UUID> stopped = jdbc.sql("""
                        SELECT id FROM run
                        WHERE stop_state IS NOT NULL AND state IN ('QUEUED', 'RUNNING', 'WAITING')
                          AND NOT EXISTS (SELECT 1 FROM island WHERE run_id = run.id AND island.state = 'RUNNING')
                        LIMIT :batch""")
                .param("batch", BATCH)
                .query((row, number) -> row.getObject("id", UUID.class))
                .list();
        for (UUID run : stopped) {
            room.transactions()
                    .run(() -> room.rows()
                            .lock(run)
                            .ifPresent(row -> room.progression().settle(run)));
        }
    }

    private void forgetSilentWorkers() {
        jdbc.sql("""
                        UPDATE worker SET state = 'GONE'
                        WHERE state IN ('ACTIVE', 'DRAINING')
                          AND heartbeat_at < clock_timestamp() - :silence * interval '1 ms'
                          AND NOT EXISTS (SELECT 1 FROM island WHERE worker_id = worker.id)""")
                .param("silence", dispatch.lease().multipliedBy(3).toMillis())
                .update();
    }

    private void wakeForDue() {
        jdbc.sql("SELECT DISTINCT pool FROM island WHERE state = 'READY' AND ready_at <= clock_timestamp()")
                .query((row, number) -> row.getString("pool"))
                .list()
                .forEach(notices::ready);
    }

    /** Why an island is taken from its worker. */
    private enum Cause {
        LOST,
        STOP,
        HUNG,
        TIMEOUT
    }

    private record Overdue(Lease lease, String worker, Cause cause) {

        static Overdue read(ResultSet row) throws SQLException {
            Lease lease = new Lease(
                    new IslandId(row.getObject("id", UUID.class)),
                    row.getObject("run_id", UUID.class),
                    row.getLong("epoch"));
            return new Overdue(lease, row.getString("worker"), Cause.valueOf(row.getString("cause")));
        }

        IslandEnd end(String node) {
            return switch (cause) {
                case LOST -> new IslandEnd.Lost(worker);
                case STOP -> new IslandEnd.Stopped();
                case HUNG -> new IslandEnd.Failed(node, StepFaults.hung(node), AttemptState.HUNG);
                case TIMEOUT -> new IslandEnd.Failed(node, StepFaults.timeout(node), AttemptState.FAILED);
            };
        }
    }
}
