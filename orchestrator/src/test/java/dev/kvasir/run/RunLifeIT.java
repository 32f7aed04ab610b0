package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentSession;
import dev.kvasir.agent.ScriptedModel;
import dev.kvasir.agent.Tenant;
import dev.kvasir.database.TestDatabase;
import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.LeaseLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunLifeIT {

    private final TestDatabase database = TestDatabase.migrated();
    private RunKit kit;

    RunLifeIT() {
        kit = new RunKit(database);
    }

    @BeforeEach
    void listen() {
        kit.listener.start();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void aChainOfAgentsRunsToItsOutput() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "What is a gate?");

            RunRecord ended = awaitEnd(run);

            assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
            assertThat(ended.output()).hasToString("{\"answer\":\"b heard What is a gate?\"}");
            assertThat(ended.totals().generatedTokens()).isEqualTo(10);
            assertThat(ended.effectiveModes()).containsEntry("a_b", "TEXT");
            assertThat(kit.runs.steps(kit.owner, run))
                    .extracting(StepRecord::node, StepRecord::state, StepRecord::attempts)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("input", StepState.SUCCEEDED, 1),
                            org.assertj.core.groups.Tuple.tuple("a", StepState.SUCCEEDED, 1),
                            org.assertj.core.groups.Tuple.tuple("b", StepState.SUCCEEDED, 1),
                            org.assertj.core.groups.Tuple.tuple("output", StepState.SUCCEEDED, 1));
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void anIslandRunsForTheOwnerOfItsRun() {
        List<Tenant> tenants = new CopyOnWriteArrayList<>();
        AgentRuntime scripted = ScriptedModel.answering("one", "two");
        AgentRuntime agents = new AgentRuntime() {
            @Override
            public AgentSession open(Tenant tenant, int attempt) {
                tenants.add(tenant);
                return scripted.open(tenant, attempt);
            }

            @Override
            public void close() {
                scripted.close();
            }
        };
        try (var worker = kit.worker("w1", agents)) {
            awaitEnd(kit.start(kit.chain(), "q"));

            assertThat(tenants).containsOnly(new Tenant(kit.owner.toString()));
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aStepsEventTellsTheTimeThatIsStoredItsWaitForAWorkerIncluded() {
        RunId run = kit.start(kit.chain(), "q");
        kit.jdbc
                .sql("UPDATE step SET ready_at = ready_at - interval '5 s' WHERE run_id = :run AND state = 'READY'")
                .param("run", run.value())
                .update();
        try (var worker = kit.worker("w1")) {
            awaitEnd(run);

            StepMetrics stored = Objects.requireNonNull(kit.step(run, "a").metrics());
            EventRecord told = kit.runs.events(kit.owner, run, 0, 1000).stream()
                    .filter(event -> event.name().equals("step.succeeded") && "a".equals(event.node()))
                    .findFirst()
                    .orElseThrow();

            assertThat(stored.totalMs()).isGreaterThanOrEqualTo(5000);
            assertThat(told.data().path("totalMs").asLong()).isEqualTo(stored.totalMs());
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void streamedTextAddsUpToTheStepsText() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "#echo {\"sleepMs\":400}\none two three four five");
            awaitEnd(run);

            String streamed = kit.runs.events(kit.owner, run, 0, 1000).stream()
                    .filter(event -> event.name().equals("step.delta") && "a".equals(event.node()))
                    .map(event -> event.data().path("text").asString())
                    .collect(Collectors.joining());

            assertThat(streamed)
                    .isEqualTo("one two three four five")
                    .isEqualTo(kit.step(run, "a").text());
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void anIslandIsClaimedByOneOfManyWorkers() throws Exception {
        UUID graph = kit.chain();
        int count = 40;
        IntStream.range(0, count).forEach(i -> kit.start(graph, "q" + i));
        List<Claimant> workers = List.of(kit.claimant("w1"), kit.claimant("w2"));

        List<Lease> claimed = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<List<Lease>>> claims = workers.stream()
                    .map(worker -> threads.submit(() -> claimAll(worker)))
                    .toList();
            for (Future<List<Lease>> claim : claims) {
                claimed.addAll(claim.get());
            }
        }

        assertThat(claimed).hasSize(count).extracting(Lease::island).doesNotHaveDuplicates();
        assertThat(claimed).extracting(Lease::epoch).containsOnly(1L);
    }

    private List<Lease> claimAll(Claimant worker) {
        List<Lease> all = new ArrayList<>();
        int empty = 0;
        while (empty < 3) {
            List<Lease> some = kit.claims.claim(worker, 3);
            empty = some.isEmpty() ? empty + 1 : 0;
            all.addAll(some);
        }
        return all;
    }

    @Test
    void aWorkerTakesOnlyIslandsWhoseModelsItHas() {
        kit.start(kit.chain(), "q");
        Claimant worker = kit.claimant("w1");
        kit.jdbc.sql("DELETE FROM worker_model").update();

        assertThat(kit.claims.claim(worker, 5)).isEmpty();
    }

    @Test
    void aZombiesResultIsRefusedAndLeavesNoTrace() {
        RunId run = kit.start(kit.chain(), "q");
        Claimant first = kit.claimant("w1");
        Claimant second = kit.claimant("w2");
        Lease old = kit.claims.claim(first, 1).getFirst();
        expire(old);
        kit.recovery.sweep();
        Lease current = awaitClaim(second);

        IslandEnd.Done late = Outcomes.done("a", "late");
        assertThatThrownBy(() -> kit.completion.commit(old, "w1", late, () -> true))
                .isInstanceOf(LeaseLostException.class);
        kit.completion.commit(current, "w2", Outcomes.done("a", "in time"), () -> true);

        StepRecord step = kit.step(run, "a");
        assertThat(current.epoch()).isEqualTo(2);
        assertThat(step.text()).isEqualTo("in time");
        assertThat(kit.runs.attempts(kit.owner, run, step.id()))
                .extracting(AttemptRecord::epoch, AttemptRecord::state, AttemptRecord::worker)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1L, AttemptState.LOST, "w1"),
                        org.assertj.core.groups.Tuple.tuple(2L, AttemptState.SUCCEEDED, "w2"));
        assertThat(count("metric JOIN step ON step.id = step_id WHERE node = 'a'"))
                .isEqualTo(1);
        assertEventsAreWhole(run);
    }

    @Test
    void aCommitThatIsRepeatedAfterAnUnknownAnswerHoldsOnce() {
        RunId run = kit.start(kit.chain(), "q");
        Lease lease = kit.claims.claim(kit.claimant("w1"), 1).getFirst();
        IslandEnd.Done done = Outcomes.done("a", "text");

        kit.completion.commit(lease, "w1", done, () -> true);
        kit.completion.commit(lease, "w1", done, () -> true);

        assertThat(count("result JOIN step ON step.id = step_id WHERE node = 'a'"))
                .isEqualTo(1);
        assertEventsAreWhole(run);
    }

    @Test
    void anIslandOfASilentWorkerRunsOnAnotherOne() {
        RunId run = kit.start(kit.chain(), "q");
        Lease lost = kit.claims.claim(kit.claimant("silent"), 1).getFirst();
        expire(lost);

        try (var worker = kit.worker("w2")) {
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                kit.recovery.sweep();
                return kit.read(run).state().isFinal();
            });
            assertThat(kit.read(run).state()).isEqualTo(RunState.SUCCEEDED);
            assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "a").id()))
                    .extracting(AttemptRecord::state, AttemptRecord::worker)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(AttemptState.LOST, "silent"),
                            org.assertj.core.groups.Tuple.tuple(AttemptState.SUCCEEDED, "w2"));
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aStepThatKillsItsWorkersFailsTheRun() {
        RunId run = kit.start(kit.chain(), "q");
        for (int i = 1; i <= 3; i++) {
            expire(awaitClaim(kit.claimant("w" + i)));
            kit.recovery.sweep();
        }

        RunRecord ended = kit.read(run);
        assertThat(ended.state()).isEqualTo(RunState.FAILED);
        assertThat(ended.error())
                .isEqualTo(new StepFault(
                        "WORKER_CRASH",
                        "Node 'a' took its worker down 3 times (w1, w2, w3). See the workers' logs; a model that is too large"
                                + " or a damaged file does this.",
                        false,
                        "a"));
        assertThat(kit.step(run, "b").state()).isEqualTo(StepState.SKIPPED);
        assertEventsAreWhole(run);
    }

    @Test
    void aRetryableFaultIsTriedAgainUntilItSucceeds() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "#echo {\"fault\":\"THROW\",\"attempts\":2}\nhello");

            RunRecord ended = awaitEnd(run);

            assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
            assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "a").id()))
                    .extracting(AttemptRecord::state)
                    .containsExactly(AttemptState.FAILED, AttemptState.FAILED, AttemptState.SUCCEEDED);
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aFaultThatNoRetryCanMendFailsAtOnce() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "#echo {\"fault\":\"NAN\"}\nhello");

            RunRecord ended = awaitEnd(run);

            assertThat(ended.state()).isEqualTo(RunState.FAILED);
            assertThat(ended.error())
                    .isEqualTo(new StepFault("NON_FINITE", "The echo model's logits are not finite.", false, "a"));
            assertThat(kit.step(run, "a").attempts()).isEqualTo(1);
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aHungStepIsGivenUpAndRunsElsewhere() {
        try (var first = kit.worker("w1");
                var second = kit.worker("w2")) {
            RunId run = kit.start(kit.chain(), "#echo {\"fault\":\"HANG\",\"attempts\":1}\nhello");

            RunRecord ended = awaitEnd(run);

            assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
            assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "a").id()))
                    .extracting(AttemptRecord::state)
                    .containsExactly(AttemptState.HUNG, AttemptState.SUCCEEDED);
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void aCancelledRunStopsWithinTwoSeconds() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "#echo {\"sleepMs\":30000}\none two three");
            await().until(() -> kit.read(run).state() == RunState.RUNNING);

            kit.runs.cancel(kit.owner, run, CancelMode.NOW);

            await().atMost(Duration.ofSeconds(2)).until(() -> kit.read(run).state() == RunState.CANCELLED);
            assertThat(kit.step(run, "a").state()).isEqualTo(StepState.CANCELLED);
            assertThat(kit.step(run, "b").state()).isEqualTo(StepState.CANCELLED);
            assertThatThrownBy(() -> kit.runs.cancel(kit.owner, run, CancelMode.NOW))
                    .isInstanceOf(RunFinishedException.class)
                    .hasMessage("Run " + run + " has ended already (CANCELLED). Start a new one.");
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aGracefulCancelLetsTheRunningStepFinish() {
        try (var worker = kit.worker("w1")) {
            RunId run = kit.start(kit.chain(), "#echo {\"sleepMs\":600}\none two three");
            await().until(() -> kit.read(run).state() == RunState.RUNNING);

            kit.runs.cancel(kit.owner, run, CancelMode.GRACEFUL);

            assertThat(awaitEnd(run).state()).isEqualTo(RunState.CANCELLED);
            assertThat(kit.step(run, "a").state()).isEqualTo(StepState.SUCCEEDED);
            assertThat(kit.step(run, "b").state()).isEqualTo(StepState.CANCELLED);
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void aQueuedRunIsCancelledAtOnce() {
        RunId run = kit.start(kit.chain(), "q");

        assertThat(kit.runs.cancel(kit.owner, run, CancelMode.NOW))
                .map(RunRecord::state)
                .contains(RunState.CANCELLED);
        assertThat(kit.claims.claim(kit.claimant("w1"), 5)).isEmpty();
        assertEventsAreWhole(run);
    }

    @Test
    void aRunThatNoWorkerTakesTimesOut() {
        RunId run = kit.start(kit.chain(), "q");
        kit.jdbc
                .sql("UPDATE run SET queue_deadline_at = clock_timestamp() - interval '1 s'")
                .update();

        kit.recovery.sweep();

        assertThat(kit.read(run).state()).isEqualTo(RunState.TIMED_OUT);
        assertEventsAreWhole(run);
    }

    @Test
    void aRunThatTakesTooLongTimesOut() {
        try (var worker = kit.worker("w1")) {
            StartRun request = new StartRun(
                    kit.chain(),
                    null,
                    kit.question("#echo {\"sleepMs\":30000}\none two"),
                    null,
                    java.util.Map.of(),
                    java.util.Map.of(),
                    null,
                    Duration.ofMillis(500),
                    java.util.Map.of(),
                    null);
            RunId run = kit.runs.start(kit.owner, request, null).id();

            await().atMost(Duration.ofSeconds(5)).until(() -> {
                kit.recovery.sweep();
                return kit.read(run).state() == RunState.TIMED_OUT;
            });
            assertEventsAreWhole(run);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void fiftyEqualRequestsStartOneRun() throws Exception {
        UUID graph = kit.chain();
        StartRun request = StartRun.of(graph, kit.question("q"));
        RunKey key = new RunKey("/runs", "key-1", Digests.sha256("body"));

        Set<RunId> ids;
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            List<Future<StartedRun>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> threads.submit(() -> startAgainWhileInFlight(request, key)))
                    .toList();
            ids = answers.stream().map(RunLifeIT::answer).map(StartedRun::id).collect(Collectors.toSet());
        }

        assertThat(ids).hasSize(1);
        assertThat(count("run")).isEqualTo(1);
        assertThatThrownBy(
                        () -> kit.runs.start(kit.owner, request, new RunKey("/runs", "key-1", Digests.sha256("other"))))
                .isInstanceOf(RunKeyException.class)
                .hasMessage(
                        "This Idempotency-Key was used with another body. Use a new key, or send the body it was used with.");
    }

    private StartedRun startAgainWhileInFlight(StartRun request, RunKey key) {
        while (true) {
            try {
                return kit.runs.start(kit.owner, request, key);
            } catch (RunKeyException refused) {
                assertThat(refused.kind()).isEqualTo(RunKeyException.Kind.IN_FLIGHT);
            }
        }
    }

    @Test
    void moreQueuedRunsThanTheLimitAreRefused() {
        RunProperties small = new RunProperties(
                2,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                Duration.ofHours(1));
        try (RunKit narrow = new RunKit(TestDatabase.migrated(), small)) {
            UUID graph = narrow.chain();
            narrow.start(graph, "1");
            narrow.start(graph, "2");

            assertThatThrownBy(() -> narrow.start(graph, "3"))
                    .isInstanceOf(QueueFullException.class)
                    .hasMessage(
                            "2 runs are queued; the limit is 2 (kvasir.run.queue-limit). Try again later, or cancel runs.");
        }
    }

    @Test
    void runsAreListedNewestFirstPageByPage() {
        UUID graph = kit.chain();
        List<RunId> started =
                IntStream.range(0, 5).mapToObj(i -> kit.start(graph, "q" + i)).toList();

        RunPage first = kit.runs.list(kit.owner, RunFilter.ANY, null, 2);
        RunPage second = kit.runs.list(kit.owner, RunFilter.ANY, first.nextCursor(), 2);
        RunPage third = kit.runs.list(kit.owner, RunFilter.ANY, second.nextCursor(), 2);

        List<RunId> listed = new ArrayList<>();
        List.of(first, second, third).forEach(page -> page.items().forEach(run -> listed.add(run.id())));
        assertThat(listed).isEqualTo(started.reversed());
        assertThat(third.nextCursor()).isNull();
        assertThat(kit.runs.list(UUID.randomUUID(), RunFilter.ANY, null, 10).items())
                .isEmpty();
        String altered = "B" + String.valueOf(first.nextCursor()).substring(1);
        assertThatThrownBy(() -> kit.runs.list(kit.owner, RunFilter.ANY, altered, 2))
                .isInstanceOf(CursorInvalidException.class)
                .hasMessage("The cursor is not one of this list. Leave it out to start with the newest.");
    }

    @Test
    void aDrainingWorkerHandsItsStepBack() {
        RunId run;
        try (var worker = kit.worker("w1")) {
            run = kit.start(kit.chain(), "#echo {\"sleepMs\":6000}\none two three");
            await().until(() -> kit.read(run).state() == RunState.RUNNING);
            assertThat(worker).isNotNull();
        }

        assertThat(kit.runs.attempts(kit.owner, run, kit.step(run, "a").id()))
                .extracting(AttemptRecord::state)
                .containsExactly(AttemptState.RELEASED);
        assertThat(kit.step(run, "a").state()).isEqualTo(StepState.READY);
    }

    private RunRecord awaitEnd(RunId run) {
        await().atMost(Duration.ofSeconds(15)).until(() -> kit.read(run).state().isFinal());
        return kit.read(run);
    }

    private Lease awaitClaim(Claimant worker) {
        List<Lease> claimed = new ArrayList<>();
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            claimed.addAll(kit.claims.claim(worker, 1));
            return !claimed.isEmpty();
        });
        return claimed.getFirst();
    }

    private void expire(Lease lease) {
        kit.jdbc
                .sql("UPDATE island SET lease_until = clock_timestamp() - interval '1 ms' WHERE id = :id")
                .param("id", lease.island().value())
                .update();
    }

    private long count(String from) {
        return kit.jdbc
                .sql("SELECT count(*) FROM " + from)
                .query((row, number) -> row.getLong(1))
                .single();
    }

    private void assertEventsAreWhole(RunId run) {
        List<EventRecord> events = kit.runs.events(kit.owner, run, 0, 10_000);
        assertThat(events)
                .extracting(EventRecord::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        long terminal = events.stream().filter(EventRecord::isTerminal).count();
        assertThat(terminal).isEqualTo(kit.read(run).state().isFinal() ? 1 : 0);
        assertThat(terminal == 0 || events.getLast().isTerminal()).isTrue();
    }

    private static StartedRun answer(Future<StartedRun> answer) {
        try {
            return answer.get();
        } catch (Exception refused) {
            throw new AssertionError(refused);
        }
    }
}
