package dev.kvasir.run;

import dev.kvasir.dispatch.IslandState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of runs, steps and attempts, changed one life at a time.
 *
 * <p>Whoever changes anything of a run holds the lock of its row first ({@link #lock}); a claim takes it without waiting.
 */
final class RunRows {

    private final JdbcClient jdbc;

    RunRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks a run's row until the transaction ends. */
    Optional<RunRow> lock(UUID run) {
        return jdbc.sql("SELECT " + RunRow.COLUMNS + " FROM run WHERE id = :run FOR NO KEY UPDATE")
                .param("run", run)
                .query((row, number) -> RunRow.read(row))
                .optional();
    }

    /** Locks the row of the run that a step belongs to. */
    RunRow lockOf(UUID step) {
        return jdbc.sql("SELECT " + RunRow.COLUMNS
                        + " FROM run WHERE id = (SELECT run_id FROM step WHERE step.id = :step) FOR NO KEY UPDATE")
                .param("step", step)
                .query((row, number) -> RunRow.read(row))
                .single();
    }

    StepRow step(UUID step) {
        return jdbc.sql("SELECT " + StepRow.COLUMNS + " FROM step WHERE id = :step")
                .param("step", step)
                .query((row, number) -> StepRow.read(row))
                .single();
    }

    List<StepRow> steps(UUID run) {
        return jdbc.sql("SELECT " + StepRow.COLUMNS + " FROM step WHERE run_id = :run ORDER BY position, visit")
                .param("run", run)
                .query((row, number) -> StepRow.read(row))
                .list();
    }

    /** The steps of an island, but for those whose turn never came. */
    List<StepRow> stepsOf(UUID island) {
        return jdbc.sql(
                        "SELECT " + StepRow.COLUMNS
                                + " FROM step WHERE island_id = :island AND NOT (attempts = 0 AND finished_at IS NOT NULL) ORDER BY position")
                .param("island", island)
                .query((row, number) -> StepRow.read(row))
                .list();
    }

    /** Takes a run out of the queue; false if it was out already. */
    boolean begin(UUID run) {
        return jdbc.sql("""
                                UPDATE run SET state = 'RUNNING', started_at = clock_timestamp(),
                                       deadline_at = clock_timestamp() + timeout_ms * interval '1 ms'
                                WHERE id = :run AND state = 'QUEUED'""").param("run", run).update() > 0;
    }

    /** Decides how a run will end, unless that is decided. */
    boolean decideEnd(UUID run, RunState end, CancelMode mode, @Nullable String error) {
        return jdbc.sql("""
                                UPDATE run SET stop_state = :end, stop_mode = :mode, stop_requested_at = clock_timestamp(),
                                       error = :error::json
                                WHERE id = :run AND stop_state IS NULL AND finished_at IS NULL""")
                        .param("run", run)
                        .param("end", end.name())
                        .param("mode", mode.name())
                        .param("error", error)
                        .update()
                > 0;
    }

    void hasten(UUID run) {
        jdbc.sql("UPDATE run SET stop_mode = 'NOW' WHERE id = :run AND stop_state IS NOT NULL AND finished_at IS NULL")
                .param("run", run)
                .update();
    }

    void finish(UUID run, RunState end, @Nullable String output) {
        jdbc.sql("""
                        UPDATE run SET state = :end, output = :output::json, finished_at = clock_timestamp(), waiting_since = NULL,
                               degraded = EXISTS (SELECT 1 FROM step WHERE run_id = :run AND step.state = 'FAILED')
                        WHERE id = :run AND finished_at IS NULL""")
                .param("run", run)
                .param("end", end.name())
                .param("output", output)
                .update();
    }

    /** Lets a run wait for people; its clock stops. False if it waits already. */
    boolean rest(UUID run) {
        return jdbc.sql(
                                "UPDATE run SET state = 'WAITING', waiting_since = clock_timestamp() WHERE id = :run AND state = 'RUNNING'")
                        .param("run", run)
                        .update()
                > 0;
    }

    /** Lets a run that waited go on; false if it did not wait. */
    boolean resume(UUID run) {
        return jdbc.sql("""
                                UPDATE run SET state = 'RUNNING', waiting_since = NULL,
                                       deadline_at = deadline_at + (clock_timestamp() - waiting_since)
                                WHERE id = :run AND state = 'WAITING'""").param("run", run).update() > 0;
    }

    int priority(UUID run) {
        return jdbc.sql("SELECT priority FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    /** How many tokens a run has generated by now, in committed steps. */
    long generatedTokens(UUID run) {
        return jdbc.sql("""
                        SELECT coalesce(sum(m.generated_tokens), 0) FROM step s JOIN metric m ON m.step_id = s.id
                        WHERE s.run_id = :run""")
                .param("run", run)
                .query((row, number) -> row.getLong(1))
                .single();
    }

    /** Steps that have not ended, those of earlier rounds included. */
    int unfinished(UUID run) {
        return jdbc.sql("SELECT count(*) FROM step WHERE run_id = :run AND finished_at IS NULL")
                .param("run", run)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    int runningIslands(UUID run) {
        return jdbc.sql("SELECT count(*) FROM island WHERE run_id = :run AND state = 'RUNNING'")
                .param("run", run)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    /** Ends what of a run has not started. */
    List<StepRow> endWaiting(UUID run, StepState end) {
        jdbc.sql("""
                        UPDATE island SET state = :end, finished_at = clock_timestamp()
                        WHERE run_id = :run AND state IN ('PENDING', 'READY')""")
                .param("run", run)
                .param("end", end == StepState.CANCELLED ? IslandState.CANCELLED.name() : IslandState.SKIPPED.name())
                .update();
        return jdbc.sql("""
                        UPDATE step SET state = :end, finished_at = clock_timestamp(), ports = '{}'
                        WHERE run_id = :run AND state IN ('PENDING', 'READY', 'WAITING')
                        RETURNING\s""" + StepRow.COLUMNS)
                .param("run", run)
                .param("end", end.name())
                .query((row, number) -> StepRow.read(row))
                .list();
    }

    /** The pool whose workers run an island. */
    String pool(UUID island) {
        return jdbc.sql("SELECT pool FROM island WHERE id = :island")
                .param("island", island)
                .query((row, number) -> row.getString(1))
                .single();
    }

    /** Lets an island and its steps be claimed. */
    void makeReady(UUID island) {
        jdbc.sql(
                        "UPDATE island SET state = 'READY', ready_at = clock_timestamp() WHERE id = :island AND state = 'PENDING'")
                .param("island", island)
                .update();
        jdbc.sql("""
                        UPDATE step SET state = 'READY', ready_at = clock_timestamp()
                        WHERE island_id = :island AND state = 'PENDING'""").param("island", island).update();
    }

    /** Ends an island none of whose nodes will run. */
    void endIsland(UUID island, IslandState end) {
        jdbc.sql("""
                        UPDATE island SET state = :end, finished_at = clock_timestamp()
                        WHERE id = :island AND state IN ('PENDING', 'READY')""").param("island", island).param("end", end.name()).update();
    }

    /** Lets a step wait for what is done elsewhere. */
    void await(UUID step) {
        jdbc.sql(
                        "UPDATE step SET state = 'WAITING', ready_at = clock_timestamp(), started_at = clock_timestamp() WHERE id = :step")
                .param("step", step)
                .update();
    }

    /** Starts an attempt at each step of a claimed island. */
    List<StepRow> startAttempts(UUID island, long epoch, String worker) {
        List<StepRow> steps = jdbc.sql("""
                        UPDATE step SET state = 'RUNNING', attempts = attempts + 1,
                               started_at = coalesce(started_at, clock_timestamp())
                        WHERE island_id = :island AND state = 'READY'
                        RETURNING\s""" + StepRow.COLUMNS + ", step.position")
                .param("island", island)
                .query((row, number) -> StepRow.read(row))
                .list();
        for (StepRow step : steps) {
            jdbc.sql(
                            "INSERT INTO attempt (step_id, number, epoch, state, worker) VALUES (:step, :number, :epoch, 'RUNNING', :worker)")
                    .param("step", step.id())
                    .param("number", step.attempts())
                    .param("epoch", epoch)
                    .param("worker", worker)
                    .update();
        }
        return steps;
    }

    void endAttempt(UUID step, long epoch, AttemptState end, @Nullable String error) {
        jdbc.sql("""
                        UPDATE attempt SET state = :end, error = :error::json, finished_at = clock_timestamp()
                        WHERE step_id = :step AND epoch = :epoch AND state = 'RUNNING'""")
                .param("step", step)
                .param("epoch", epoch)
                .param("end", end.name())
                .param("error", error)
                .update();
    }

    /** Ends a step that leaves nothing. */
    void endStep(UUID step, StepState end, @Nullable String error) {
        endStep(step, end, error, List.of());
    }

    /** @param ports by which the run goes on all the same */
    void endStep(UUID step, StepState end, @Nullable String error, List<String> ports) {
        jdbc.sql("""
                        UPDATE step SET state = :end, error = :error::json, finished_at = clock_timestamp(), ports = :ports
                        WHERE id = :step""")
                .param("ports", ports.toArray(String[]::new))
                .param("step", step)
                .param("end", end.name())
                .param("error", error)
                .update();
    }

    /** Lets the steps of an island that was handed back be claimed again. */
    void makeReadyAgain(UUID island) {
        jdbc.sql(
                        "UPDATE step SET state = 'READY', ready_at = clock_timestamp() WHERE island_id = :island AND state = 'RUNNING'")
                .param("island", island)
                .update();
    }

    /** How many attempts count against the step's limit. */
    int countedAttempts(UUID step) {
        return jdbc.sql("SELECT count(*) FROM attempt WHERE step_id = :step AND state NOT IN ('RUNNING', 'RELEASED')")
                .param("step", step)
                .query((row, number) -> row.getInt(1))
                .single();
    }

    /** The workers that had the step and were lost with it, oldest first. */
    List<String> lostTo(UUID step) {
        return jdbc.sql("SELECT worker FROM attempt WHERE step_id = :step AND state = 'LOST' ORDER BY number")
                .param("step", step)
                .query((row, number) -> row.getString(1))
                .list();
    }

    /** How the attempt under an epoch ended; empty if there was none. */
    Optional<AttemptState> attempt(UUID step, long epoch) {
        return jdbc.sql("SELECT state FROM attempt WHERE step_id = :step AND epoch = :epoch")
                .param("step", step)
                .param("epoch", epoch)
                .query((row, number) -> AttemptState.valueOf(row.getString(1)))
                .optional();
    }
}
