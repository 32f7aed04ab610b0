package dev.kvasir.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.database.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real worker processes, real signals: what a crash, a pause and a shutdown leave behind. */
class WorkerKillIT {

    private static final String SLOW = "#echo {\"sleepMs\":3000}\none two three four five six";
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    /** A process may take long to start on a busy machine. */
    private static final Duration STARTED = Duration.ofMinutes(2);

    private final TestDatabase database = TestDatabase.migrated();
    private final RunKit kit = new RunKit(database);
    private final WorkerProcesses workers = new WorkerProcesses(database);

    @AfterEach
    void close() {
        workers.close();
        kit.close();
    }

    @Test
    void aRunWhoseWorkerIsKilledEndsOnceOnAnotherOne() throws Exception {
        Map<String, Process> both = Map.of("first", workers.start("first"), "second", workers.start("second"));
        awaitWorkers(2);
        RunId run = running();
        String victim = String.valueOf(kit.step(run, "a").worker());
        String other = victim.equals("first") ? "second" : "first";

        requireNonNull(both.get(victim)).destroyForcibly().waitFor();

        await().atMost(RECOVERY).until(() -> kit.read(run).state().isFinal());
        assertSucceededOnce(run);
        assertThat(attemptsAt(run, "a"))
                .containsExactly(
                        Tuple.tuple(AttemptState.LOST, victim, 1L), Tuple.tuple(AttemptState.SUCCEEDED, other, 2L));
    }

    @Test
    void aPausedWorkersLateResultIsRefusedAndTheWorkerGoesOn() throws Exception {
        Process first = workers.start("first");
        RunId run = running();
        WorkerProcesses.signal(first, "STOP");
        workers.start("second");

        await().atMost(RECOVERY).until(() -> kit.read(run).state().isFinal());
        WorkerProcesses.signal(first, "CONT");

        await().atMost(RECOVERY).until(() -> workers.log("first").contains("ease lost"));
        assertSucceededOnce(run);
        assertThat(attemptsAt(run, "a"))
                .containsExactly(
                        Tuple.tuple(AttemptState.LOST, "first", 1L), Tuple.tuple(AttemptState.SUCCEEDED, "second", 2L));
        assertThat(first.isAlive()).isTrue();
    }

    @Test
    void aWorkerThatIsToldToStopHandsItsStepBackAndExitsWith143() throws Exception {
        Process first = workers.start("first");
        RunId run = kit.start(kit.chain(), "#echo {\"sleepMs\":20000}\none two three");
        await().atMost(STARTED).until(() -> kit.step(run, "a").state() == StepState.RUNNING);

        WorkerProcesses.signal(first, "TERM");

        assertThat(first.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isEqualTo(143);
        assertThat(attemptsAt(run, "a")).containsExactly(Tuple.tuple(AttemptState.RELEASED, "first", 1L));
        assertThat(kit.step(run, "a").state()).isEqualTo(StepState.READY);
    }

    private RunId running() {
        RunId run = kit.start(kit.chain(), SLOW);
        await().atMost(STARTED).until(() -> kit.step(run, "a").state() == StepState.RUNNING);
        return run;
    }

    private void awaitWorkers(int count) {
        await().atMost(STARTED)
                .until(() -> kit.jdbc
                                .sql("SELECT count(*) FROM worker WHERE state = 'ACTIVE'")
                                .query((row, number) -> row.getInt(1))
                                .single()
                        == count);
    }

    private List<Tuple> attemptsAt(RunId run, String node) {
        return kit.runs.attempts(kit.owner, run, kit.step(run, node).id()).stream()
                .map(attempt -> Tuple.tuple(attempt.state(), attempt.worker(), attempt.epoch()))
                .toList();
    }

    private void assertSucceededOnce(RunId run) {
        RunRecord ended = kit.read(run);
        assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(ended.output()).hasToString("{\"answer\":\"b heard one two three four five six\"}");
        List<EventRecord> events = kit.runs.events(kit.owner, run, 0, 10_000);
        assertThat(events)
                .extracting(EventRecord::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events.stream().filter(EventRecord::isTerminal)).hasSize(1);
        assertThat(kit.jdbc
                        .sql("SELECT count(*) FROM metric")
                        .query((row, number) -> row.getInt(1))
                        .single())
                .isEqualTo(4);
    }
}
