package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When runs may start that were taken on. There is no worker: what may start has a step that is READY. */
class AdmissionIT {

    private final RunKit kit = new RunKit(TestDatabase.migrated());
    private final Admission admission = new Admission(kit.jdbc, kit.room, RunKit.RUNS);
    private final UUID graph = kit.chain();

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void aRunStartsAtItsTimeAndNotBefore() {
        RunId run = start(new RunTerms(now().plusSeconds(3600), null, null, null));
        assertThat(admission.look()).isBetween(Duration.ofSeconds(3500), Duration.ofSeconds(3600));
        assertThat(isHeld(run)).isTrue();
        assertThat(kit.read(run).state()).isEqualTo(RunState.QUEUED);

        kit.jdbc.sql("UPDATE run_hold SET start_after = clock_timestamp()").update();
        admission.look();

        assertThat(isHeld(run)).isFalse();
    }

    @Test
    void aRunWhoseTimeIsPastStartsAtOnce() {
        assertThat(isHeld(start(new RunTerms(now().minusSeconds(1), null, null, null))))
                .isFalse();
    }

    @Test
    void aRunThatWaitsForItsTimeDoesNotWaitTooLongForAWorker() {
        RunId run = start(new RunTerms(now().plusSeconds(7200), null, null, null));

        kit.recovery.sweep();

        assertThat(kit.read(run).state()).isEqualTo(RunState.QUEUED);
        assertThat(kit.jdbc
                        .sql(
                                "SELECT queue_deadline_at - start_after = interval '1 hour' FROM run JOIN run_hold ON run_id = id WHERE id = :run")
                        .param("run", run.value())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void runsOfOneKeyGoOnOneAfterTheOther() {
        RunId first = start(keyed(OnConflict.QUEUE));
        RunId second = start(keyed(OnConflict.QUEUE));
        RunId third = start(keyed(OnConflict.QUEUE));
        admission.look();
        assertThat(List.of(isHeld(first), isHeld(second), isHeld(third))).containsExactly(false, true, true);

        cancel(first);
        admission.look();
        admission.look();
        assertThat(List.of(isHeld(second), isHeld(third))).containsExactly(false, true);

        cancel(second);
        admission.look();
        assertThat(isHeld(third)).isFalse();
    }

    @Test
    void aRunThatIsCancelledWhileItWaitsHoldsNobodyUp() {
        RunId first = start(keyed(OnConflict.QUEUE));
        RunId second = start(keyed(OnConflict.QUEUE));
        RunId third = start(keyed(OnConflict.QUEUE));

        cancel(second);
        cancel(first);
        admission.look();

        assertThat(kit.read(second).state()).isEqualTo(RunState.CANCELLED);
        assertThat(isHeld(third)).isFalse();
        assertThat(kit.jdbc
                        .sql("SELECT count(*) FROM run_hold")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void anotherKeyGraphOrOwnerIsNotWaitedFor() {
        start(keyed(OnConflict.QUEUE));

        assertThat(isHeld(start(new RunTerms(null, "other", OnConflict.QUEUE, null))))
                .isFalse();
        RunId elsewhere = kit.runs
                .start(kit.owner, request(kit.chain(), keyed(OnConflict.QUEUE)), null)
                .id();
        assertThat(isHeld(elsewhere)).isFalse();
    }

    @Test
    void aRunThatWaitsForItsTimeHoldsNobodyUpBeforeIt() {
        RunId later = start(new RunTerms(now().plusSeconds(3600), "k", OnConflict.QUEUE, null));

        assertThat(isHeld(start(keyed(OnConflict.QUEUE)))).isFalse();
        assertThat(isHeld(later)).isTrue();
    }

    @Test
    void aRunIsRefusedWhileAnotherOfItsKeyIsOpen() {
        RunId open = start(keyed(OnConflict.REJECT));

        assertThatThrownBy(() -> start(keyed(OnConflict.REJECT)))
                .isInstanceOf(RunConflictException.class)
                .hasMessage(
                        "Run " + open
                                + " of this graph with concurrencyKey 'k' is still open. Wait for its end, or start with onConflict QUEUE or CANCEL_PREVIOUS.");

        cancel(open);
        assertThat(isHeld(start(keyed(OnConflict.REJECT)))).isFalse();
    }

    @Test
    void ofManyAtOnceThatWantToBeAloneOneStarts() {
        List<Future<Boolean>> tries;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            tries = IntStream.range(0, 16)
                    .mapToObj(number -> threads.submit(this::startsAlone))
                    .toList();
        }

        assertThat(tries.stream().filter(Future::resultNow)).hasSize(1);
    }

    private boolean startsAlone() {
        try {
            start(keyed(OnConflict.REJECT));
            return true;
        } catch (RunConflictException another) {
            return false;
        }
    }

    @Test
    void theNewestCancelsThoseBeforeItWhetherTheyRunOrWait() {
        RunId first = start(keyed(OnConflict.QUEUE));
        RunId second = start(keyed(OnConflict.QUEUE));

        RunId third = start(keyed(OnConflict.CANCEL_PREVIOUS));

        assertThat(kit.read(first).state()).isEqualTo(RunState.CANCELLED);
        assertThat(kit.read(second).state()).isEqualTo(RunState.CANCELLED);
        assertThat(isHeld(third)).isFalse();
    }

    @Test
    void theNewestWaitsUntilWhatItCancelledHasStopped() {
        RunId first = start(keyed(OnConflict.QUEUE));
        var claimed = kit.claims.claim(kit.claimant("w1"), 1);

        RunId second = start(keyed(OnConflict.CANCEL_PREVIOUS));
        admission.look();
        assertThat(isHeld(second)).isTrue();
        assertThat(kit.read(first).state()).isEqualTo(RunState.RUNNING);

        kit.completion.commit(claimed.getFirst(), "w1", new IslandEnd.Stopped(), () -> true);
        admission.look();
        assertThat(kit.read(first).state()).isEqualTo(RunState.CANCELLED);
        assertThat(isHeld(second)).isFalse();
    }

    @Test
    void othersAreNotMindedUnlessTheRequestSaysSo() {
        start(keyed(OnConflict.QUEUE));

        assertThat(isHeld(start(keyed(OnConflict.ALLOW)))).isFalse();
        assertThat(isHeld(start(new RunTerms(null, "k", null, null)))).isFalse();
    }

    @Test
    void aRunThatWaitedTooLongForOthersSaysForWhom() {
        start(keyed(OnConflict.QUEUE));
        RunId second = start(keyed(OnConflict.QUEUE));
        kit.jdbc
                .sql("UPDATE run SET queue_deadline_at = clock_timestamp() - interval '1 s' WHERE id = :run")
                .param("run", second.value())
                .update();

        kit.recovery.sweep();

        RunRecord ended = kit.read(second);
        assertThat(ended.state()).isEqualTo(RunState.TIMED_OUT);
        assertThat(ended.error())
                .extracting(StepFault::detail)
                .isEqualTo(
                        "The run waited too long for others of its graph with concurrencyKey 'k'. Cancel those, or start it with onConflict ALLOW.");
    }

    @Test
    void termsThatCannotBeKeptAreRefusedAndNothingIsStored() {
        refused(new RunTerms(null, null, OnConflict.QUEUE, null), "onConflict needs a concurrencyKey.");
        refused(new RunTerms(null, " ", null, null), "concurrencyKey has 1 to 200 characters.");
        refused(new RunTerms(null, "k".repeat(201), null, null), "concurrencyKey has 1 to 200 characters.");
        refused(
                new RunTerms(now().plus(Duration.ofDays(367)), null, null, null),
                "startAfter may be at most 366 days ahead.");
        UUID webhook = new UUID(1, 2);
        refused(
                new RunTerms(null, null, null, webhook),
                "There is no webhook 'webhook_00000000000000010000000000000002'.");
        assertThat(kit.runs.count(kit.owner, RunFilter.ANY)).isZero();
    }

    private void refused(RunTerms terms, String message) {
        assertThatThrownBy(() -> start(terms))
                .isInstanceOf(RunRefusedException.class)
                .hasMessage(message);
    }

    private static RunTerms keyed(OnConflict conflict) {
        return new RunTerms(null, "k", conflict, null);
    }

    private RunId start(RunTerms terms) {
        return kit.runs.start(kit.owner, request(graph, terms), null).id();
    }

    private StartRun request(UUID of, RunTerms terms) {
        return new StartRun(of, null, kit.question("q"), null, Map.of(), Map.of(), null, null, Map.of(), null, terms);
    }

    private void cancel(RunId run) {
        kit.runs.cancel(kit.owner, run, CancelMode.NOW);
    }

    private boolean isHeld(RunId run) {
        return kit.step(run, "a").state() == StepState.PENDING;
    }

    private Instant now() {
        return kit.jdbc
                .sql("SELECT clock_timestamp()")
                .query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .single();
    }
}
