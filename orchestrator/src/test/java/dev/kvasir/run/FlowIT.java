package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kvasir.database.TestDatabase;
import dev.kvasir.run.RunKit.TestWorker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Ways through a graph: conditions, routers, joins, votes, loops, failures that are led on, people, and graphs within graphs. */
class FlowIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final RunKit kit = new RunKit(database);
    private TestWorker worker;

    FlowIT() {
        worker = kit.worker("w1");
    }

    @BeforeEach
    void listen() {
        kit.listener.start();
    }

    @AfterEach
    void close() {
        worker.close();
        kit.close();
    }

    @Test
    void aConditionalEdgeCarriesOnlyWhenItsConditionHolds() {
        UUID graph = kit.published(Drawn.graph()
                .agent("a", "{{ input.question }}")
                .agent("short", "short {{ a.text }}")
                .agent("long", "long {{ a.text }}")
                .output("{{#if short.text}}{{ short.text }}{{/if}}{{#if long.text}}{{ long.text }}{{/if}}")
                .path("input", "a")
                .edge("a", "short", "'when':'size(a.text) < 5'")
                .edge("a", "long", "'when':'size(a.text) >= 5'")
                .path("short", "output")
                .path("long", "output")
                .document());

        RunId few = kit.start(graph, "hey");
        RunId many = kit.start(graph, "hello there");

        assertThat(kit.answer(few)).isEqualTo("short hey");
        assertThat(kit.answer(many)).isEqualTo("long hello there");
        assertThat(kit.states(few))
                .containsEntry("long", StepState.SKIPPED)
                .containsEntry("short", StepState.SUCCEEDED);
        assertEventsAreWhole(few);
    }

    @Test
    void aRouterTakesTheFirstCaseThatHoldsOrAllOfThemElseOtherwise() {
        String cases =
                "'cases':[{'name':'one','when':'input.n > 0'},{'name':'two','when':'input.n > 10'}],'otherwise':'none'";
        Drawn drawn = Drawn.graph()
                .agent("a", "one")
                .agent("b", "two")
                .agent("c", "none")
                .node("all", "join", "'merge':'CONCAT'")
                .output("{{ all.text }}")
                .path("input", "r")
                .edge("r", "a", "'fromPort':'one'")
                .edge("r", "b", "'fromPort':'two'")
                .edge("r", "c", "'fromPort':'none'")
                .path("a", "all")
                .path("b", "all")
                .path("c", "all", "output");
        UUID first = kit.published(drawn.node("r", "router", cases).document());
        UUID every = kit.published(drawn.document().replace("\"otherwise\"", "\"mode\":\"ALL\",\"otherwise\""));

        assertThat(kit.answer(start(first, "n", 20))).isEqualTo("one");
        assertThat(kit.answer(start(every, "n", 20))).isEqualTo("one\n\ntwo");
        assertThat(kit.answer(start(every, "n", 0))).isEqualTo("none");
        RunId undecided = kit.start(first, "no n here");
        assertThat(kit.ended(undecided).state()).isEqualTo(RunState.FAILED);
        assertThat(Objects.requireNonNull(kit.ended(undecided).error()))
                .extracting(StepFault::code, StepFault::detail, StepFault::node)
                .containsExactly(
                        "CONDITION_FAILED", "Condition of case 'one' of 'r': key 'n' is not present in map.", "r");
    }

    @Test
    void aJoinWaitsForAllOrGoesOnWithTheFirstAndSkipsWhatHasNotStarted() {
        Drawn drawn = Drawn.graph()
                .agent("a", "A")
                .agent("b", "B")
                .node("j", "join", "'wait':'ALL'")
                .output("{{ j.json.a }}{{ j.json.b | default:\\\"-\\\" }}")
                .path("input", "a", "j", "output")
                .path("input", "b", "j");
        UUID all = kit.published(drawn.document());
        UUID any = kit.published(Drawn.graph()
                .agent("a", "A")
                .agent("slow", "#echo {\\\"sleepMs\\\": 600}\\nS")
                .agent("later", "L {{ slow.text }}")
                .node("j", "join", "'wait':'ANY'")
                .output("{{ j.json | json }}")
                .path("input", "a", "j", "output")
                .path("input", "slow", "later", "j")
                .document());

        assertThat(kit.answer(kit.start(all, "q"))).isEqualTo("AB");
        RunId run = kit.start(any, "q");
        assertThat(kit.answer(run)).isEqualTo("{\"a\":\"A\"}");
        assertThat(kit.states(run))
                .containsEntry("later", StepState.SKIPPED)
                .containsEntry("slow", StepState.SUCCEEDED);
        assertEventsAreWhole(run);
    }

    @Test
    void aVoteCountsAndATieIsDecidedAsAsked() {
        String three = "'extract':'answer: ([A-D])'";
        UUID majority = kit.published(voting("answer: B", three));
        UUID tied = kit.published(voting("no idea", three + ",'tie':'FAIL'"));
        UUID weighted = kit.published(voting("answer: C", three + ",'method':'WEIGHTED','weights':{'c':2.5}"));

        RunId run = kit.start(majority, "q");
        assertThat(kit.answer(run)).isEqualTo("B");
        assertThat(kit.step(run, "v").json())
                .hasToString(
                        "{\"winner\":\"B\",\"votes\":{\"A\":1.0,\"B\":2.0},\"by\":{\"a\":\"A\",\"b\":\"B\",\"c\":\"B\"}}");
        assertThat(kit.answer(kit.start(weighted, "q"))).isEqualTo("C");
        assertThat(Objects.requireNonNull(kit.ended(kit.start(tied, "q")).error())
                        .detail())
                .isEqualTo(
                        "Vote 'v' is tied between 'A' and 'B'. Use \"tie\": \"FIRST\", weights, or an odd number of senders.");
    }

    private static String voting(String third, String vote) {
        return Drawn.graph()
                .agent("a", "answer: A")
                .agent("b", "answer: B")
                .agent("c", third)
                .node("v", "vote", vote)
                .output("{{ v.text }}")
                .path("input", "a", "v", "output")
                .path("input", "b", "v")
                .path("input", "c", "v")
                .document();
    }

    @Test
    void aLoopRunsAgainUntilItsConditionNoLongerHolds() {
        UUID graph = kit.published(Drawn.graph()
                .agent("writer", "{{ loop.iteration }}{{#if judge.text}} after {{ judge.text }}{{/if}}")
                .agent("judge", "judged {{ writer.text }}")
                .output("{{ judge.text }}")
                .path("input", "writer", "judge")
                .edge("judge", "writer", "'when':'loop.iteration < 2','loop':{'maxIterations':5}")
                .edge("judge", "output", "")
                .document());

        RunId run = kit.start(graph, "q");

        assertThat(kit.answer(run)).isEqualTo("judged 2 after judged 1 after judged 0");
        assertThat(kit.runs.steps(kit.owner, run))
                .extracting(step -> step.node() + " " + step.iteration())
                .containsExactly(
                        "input ",
                        "writer ",
                        "writer loop[1]",
                        "writer loop[2]",
                        "judge ",
                        "judge loop[1]",
                        "judge loop[2]",
                        "output ");
        assertEventsAreWhole(run);
    }

    @Test
    void aLoopWithoutAConditionStopsByItsLimitAndOneThatStillHoldsFails() {
        Drawn drawn = Drawn.graph()
                .agent("a", "{{ loop.iteration }}")
                .agent("b", "b{{ a.text }}")
                .output("{{ b.text }}")
                .path("input", "a", "b", "output");
        UUID bounded =
                kit.published(drawn.edge("b", "a", "'loop':{'maxIterations':3}").document());
        UUID endless = kit.published(drawn.document().replace("\"loop\":{", "\"when\":\"b.text != ''\",\"loop\":{"));

        assertThat(kit.answer(kit.start(bounded, "q"))).isEqualTo("b3");
        assertThat(Objects.requireNonNull(kit.ended(kit.start(endless, "q")).error()))
                .extracting(StepFault::code, StepFault::detail)
                .containsExactly(
                        "LOOP_LIMIT",
                        "Loop edge 'b_a' has led back 3 times, as often as maxIterations allows, and is to lead back again. Raise it, or"
                                + " let the condition look at loop.iteration.");
    }

    @Test
    void aLoopWithinALoopBeginsAnewInEachRoundOfTheOuterOne() {
        UUID graph = kit.published(Drawn.graph()
                .agent("a", "a")
                .agent("b", "{{#if b.text}}{{ b.text }}{{/if}}{{ loop.iteration }}")
                .agent("c", "{{ b.text }}")
                .output("{{ c.text }}")
                .path("input", "a", "b", "c", "output")
                .node("d", "join", "'merge':'CONCAT'")
                .edge("b", "d", "")
                .edge("d", "b", "'loop':{'maxIterations':2}")
                .edge("d", "c", "")
                .edge("c", "a", "'loop':{'maxIterations':1}")
                .document());

        RunId run = kit.start(graph, "q");

        assertThat(kit.ended(run).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(kit.runs.steps(kit.owner, run))
                .filteredOn(step -> step.node().equals("b"))
                .extracting(step -> step.iteration() + "=" + step.text())
                .containsExactly(
                        "=0",
                        "loop[0]/loop[1]=01",
                        "loop[0]/loop[2]=012",
                        "loop[1]/loop[0]=0120",
                        "loop[1]/loop[1]=01201",
                        "loop[1]/loop[2]=012012");
    }

    @Test
    void aFailedNodeIsLedOnOrLeftOutAsItSays() {
        String failing = "#echo {\\\"fault\\\": \\\"nan\\\"}\\nx";
        UUID led = kit.published(Drawn.graph()
                .agent("a", failing, "'onError':'PORT'")
                .agent("b", "never {{ a.text }}")
                .agent("mend", "{{ a.error.code }} of a")
                .output("{{ mend.text }}")
                .path("input", "a", "b", "output")
                .edge("a", "mend", "'fromPort':'fail'")
                .path("mend", "output")
                .document());
        UUID left = kit.published(Drawn.graph()
                .agent("a", failing, "'onError':'SKIP'")
                .agent("b", "B")
                .node("j", "join", "'merge':'CONCAT'")
                .output("{{ j.text }}")
                .path("input", "a", "j", "output")
                .path("input", "b", "j")
                .document());

        RunId run = kit.start(led, "q");
        assertThat(kit.answer(run)).isEqualTo("NON_FINITE of a");
        assertThat(kit.ended(run).degraded()).isTrue();
        assertThat(kit.states(run)).containsEntry("a", StepState.FAILED).containsEntry("b", StepState.SKIPPED);
        assertEventsAreWhole(run);
        RunId other = kit.start(left, "q");
        assertThat(kit.answer(other)).isEqualTo("B");
        assertThat(kit.ended(other).degraded()).isTrue();
    }

    @Test
    void aRunWhoseEveryWayIsClosedFailsAndSaysSo() {
        UUID graph = kit.published(Drawn.graph()
                .agent("a", "A")
                .output("{{ a.text }}")
                .path("input", "a")
                .edge("a", "output", "'when':'a.text == ´B´'")
                .document());

        assertThat(Objects.requireNonNull(kit.ended(kit.start(graph, "q")).error())
                        .detail())
                .isEqualTo("No output was reached: a condition, a router or a failed node closed every way to one.");
    }

    @Test
    void aRunWaitsForAPersonWithoutItsClockRunningAndGoesOnByTheAnswer() {
        UUID graph = kit.published(
                gate("'form':{'type':'object','required':['why'],'properties':{'why':{'type':'string'}}}"));
        RunId run = kit.start(graph, "q");
        await().until(() -> kit.read(run).state() == RunState.WAITING);
        kit.jdbc
                .sql(
                        "UPDATE run SET deadline_at = clock_timestamp() - interval '1 s', waiting_since = waiting_since - interval '1 h' WHERE id = :run")
                .param("run", run.value())
                .update();
        kit.recovery.sweep();
        WaitRecord wait = kit.runs.waits(kit.owner, run).getFirst();
        assertThat(wait.prompt()).isEqualTo("Publish A?");
        assertThat(wait.state()).isEqualTo(WaitRecord.State.OPEN);

        assertThatThrownBy(() -> answer(run, wait, "maybe", null))
                .hasMessage("1 problem: action must be approve or reject.");
        assertThatThrownBy(() -> answer(run, wait, "approve", null))
                .isInstanceOf(AnswerInvalidException.class)
                .hasMessageContaining("why");
        answer(run, wait, "approve", kit.json.createObjectNode().put("why", "good"));

        assertThat(kit.answer(run)).isEqualTo("approve because good");
        assertThat(kit.states(run)).containsEntry("no", StepState.SKIPPED);
        assertThatThrownBy(() -> answer(run, wait, "reject", null))
                .isInstanceOf(WaitClosedException.class)
                .hasMessage("Wait " + wait.id() + " was answered before. Nothing waits for this answer any more.");
        assertThat(kit.runs.events(kit.owner, run, 0, 100))
                .extracting(EventRecord::name)
                .containsSubsequence(
                        "run.started", "wait.opened", "run.waiting", "wait.answered", "run.resumed", "run.succeeded");
        assertEventsAreWhole(run);
    }

    @Test
    void aWaitThatNobodyAnswersExpiresAndACancelledRunClosesItsWaits() {
        UUID led = kit.published(gate("'timeoutMs':1"));
        UUID unled = kit.published(
                gate("'timeoutMs':1").replace("\"expired\"", "\"reject\"").replace("gate_late", "gate_late2"));
        UUID patient = kit.published(gate(""));

        RunId run = kit.start(led, "q");
        await().until(() -> {
            kit.recovery.sweep();
            return kit.read(run).state().isFinal();
        });
        assertThat(kit.answer(run)).isEqualTo("too late");
        RunId lost = kit.start(unled, "q");
        await().until(() -> {
            kit.recovery.sweep();
            return kit.read(lost).state().isFinal();
        });
        assertThat(Objects.requireNonNull(kit.ended(lost).error()).code()).isEqualTo("WAIT_EXPIRED");
        RunId cancelled = kit.start(patient, "q");
        await().until(() -> kit.read(cancelled).state() == RunState.WAITING);
        kit.runs.cancel(kit.owner, cancelled, CancelMode.NOW);
        assertThat(kit.ended(cancelled).state()).isEqualTo(RunState.CANCELLED);
        assertThat(kit.runs.waits(kit.owner, cancelled))
                .extracting(WaitRecord::state)
                .containsExactly(WaitRecord.State.CANCELLED);
        assertEventsAreWhole(cancelled);
    }

    private static String gate(String more) {
        return Drawn.graph()
                .agent("a", "A")
                .node("gate", "human", "'prompt':'Publish {{ a.text }}?'" + (more.isEmpty() ? "" : "," + more))
                .agent("yes", "{{ gate.text }} because {{ gate.json.why | default:\\\"-\\\" }}")
                .agent("no", "rejected")
                .agent("late", "too late")
                .output(
                        "{{ yes.text | default:\\\"\\\" }}{{ no.text | default:\\\"\\\" }}{{ late.text | default:\\\"\\\" }}")
                .path("input", "a", "gate")
                .edge("gate", "yes", "'fromPort':'approve'")
                .edge("gate", "no", "'fromPort':'reject'")
                .edge("gate", "late", "'fromPort':'expired'")
                .path("yes", "output")
                .path("no", "output")
                .path("late", "output")
                .document();
    }

    @Test
    void aSubgraphIsARunOfItsOwnWhoseOutputComesBack() {
        String inner = inner();
        UUID graph = publishedWith(
                inner,
                Drawn.graph()
                        .agent("a", "{{ input.question }}")
                        .node("s", "subgraph", "'graph':'" + inner + "@1','inputs':{'word':'{{ a.text }}!'}")
                        .output("{{ s.text }} {{ s.json.answer }}")
                        .path("input", "a", "s", "output")
                        .document());

        RunId run = kit.start(graph, "hey");

        assertThat(kit.answer(run)).isEqualTo("said hey! said hey!");
        RunRecord within = kit.runs
                .list(kit.owner, new RunFilter(null, null, Set.of(), null, null, null, run), null, 10)
                .items()
                .getFirst();
        assertThat(within.outerRunId()).isEqualTo(run);
        assertThat(kit.runs.list(kit.owner, RunFilter.ANY, null, 10).items())
                .extracting(RunRecord::id)
                .containsExactly(run);
        assertThat(kit.ended(run).totals().generatedTokens())
                .isEqualTo(within.totals().generatedTokens()
                        + Objects.requireNonNull(kit.step(run, "a").metrics()).generatedTokens());
        assertEventsAreWhole(run);
    }

    @Test
    void aMapRunsOnceForEachElementAFewAtATime() {
        String inner = inner();
        String map = "'over':'input.words','as':'word','graph':'" + inner + "@1','maxParallel':2";
        Drawn drawn = Drawn.graph()
                .output("{{#each m.json}}{{ this.answer }};{{/each}}")
                .path("input", "m", "output");
        UUID graph = publishedWith(inner, drawn.node("m", "map", map).document());

        ObjectNode input = kit.json.createObjectNode();
        input.putArray("words").add("a").add("b").add("c").add("d").add("e");
        RunId run = kit.runs.start(kit.owner, StartRun.of(graph, input), null).id();
        assertThat(kit.answer(run)).isEqualTo("said a;said b;said c;said d;said e;");
        ObjectNode none = kit.json.createObjectNode();
        none.putArray("words");
        assertThat(kit.answer(kit.runs
                        .start(kit.owner, StartRun.of(graph, none), null)
                        .id()))
                .isEmpty();
        assertThat(Objects.requireNonNull(kit.ended(kit.start(graph, "no list")).error())
                        .detail())
                .isEqualTo("'input.words' is not a list in this run.");
        assertEventsAreWhole(run);
    }

    @Test
    void anElementThatFailsFailsTheMapOrIsLeftOutOrNull() {
        String inner = inner();
        for (String policy : List.of("FAIL", "SKIP", "NULL")) {
            UUID graph = publishedWith(
                    inner,
                    Drawn.graph()
                            .node(
                                    "m",
                                    "map",
                                    "'over':'input.words','as':'word','graph':'" + inner + "@1','onItemError':'"
                                            + policy + "'")
                            .output("{{ m.text }}")
                            .path("input", "m", "output")
                            .document());
            ObjectNode input = kit.json.createObjectNode();
            input.putArray("words").add("a").add(7).add("c");

            RunId run =
                    kit.runs.start(kit.owner, StartRun.of(graph, input), null).id();

            switch (policy) {
                case "FAIL" ->
                    assertThat(Objects.requireNonNull(kit.ended(run).error()))
                            .satisfies(fault -> assertThat(fault.code()).isEqualTo("INPUT_INVALID"))
                            .satisfies(fault -> assertThat(fault.detail())
                                    .contains("of " + inner + "@1 within node 'm' ended FAILED"));
                case "SKIP" ->
                    assertThat(kit.answer(run)).isEqualTo("[{\"answer\":\"said a\"},{\"answer\":\"said c\"}]");
                default ->
                    assertThat(kit.answer(run)).isEqualTo("[{\"answer\":\"said a\"},null,{\"answer\":\"said c\"}]");
            }
        }
    }

    @Test
    void runsWithinACancelledRunAreCancelledToo() {
        String slow = name(kit.published(Drawn.graph()
                .agent("a", "#echo {\\\"sleepMs\\\": 20000}\\nx")
                .output("{{ a.text }}")
                .path("input", "a", "output")
                .document()));
        UUID graph = publishedWith(
                slow,
                Drawn.graph()
                        .node("s", "subgraph", "'graph':'" + slow + "@1'")
                        .output("{{ s.text }}")
                        .path("input", "s", "output")
                        .document());
        RunId run = kit.start(graph, "q");
        await().until(() -> !within(run).isEmpty() && within(run).getFirst().state() == RunState.RUNNING);

        kit.runs.cancel(kit.owner, run, CancelMode.NOW);

        assertThat(kit.ended(run).state()).isEqualTo(RunState.CANCELLED);
        await().atMost(Duration.ofSeconds(5)).until(() -> within(run).getFirst().state() == RunState.CANCELLED);
        assertEventsAreWhole(run);
    }

    @Test
    void aRunThatHasSpentItsTokensFails() {
        UUID graph = kit.published(Drawn.graph()
                .agent("a", "one two three four")
                .agent("b", "{{ a.text }}")
                .output("{{ b.text }}")
                .path("input", "a", "b", "output")
                .settings("{'maxTokens':3}")
                .document());

        assertThat(Objects.requireNonNull(kit.ended(kit.start(graph, "q")).error()))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo("BUDGET_EXCEEDED"));
    }

    /** A graph that says its word. */
    private String inner() {
        String document = Drawn.graph()
                .agent("a", "said {{ input.word }}")
                .output("{{ a.text }}")
                .path("input", "a", "output")
                .document();
        return name(kit.published(document.replace(
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"required\":[\"word\"],\"properties\":{\"word\":{\"type\":\"string\"}}}")));
    }

    private String name(UUID graph) {
        return kit.jdbc
                .sql("SELECT name FROM graph WHERE id = :id")
                .param("id", graph)
                .query(String.class)
                .single();
    }

    private UUID publishedWith(String inner, String document) {
        String id = kit.jdbc
                .sql("SELECT 'graph_' || replace(id::text, '-', '') FROM graph WHERE name = :name")
                .param("name", inner)
                .query(String.class)
                .single();
        return kit.published(document, "{\"models\":{},\"fusers\":{},\"graphs\":{\"" + inner + "@1\":\"" + id + "\"}}");
    }

    private RunId start(UUID graph, String name, int value) {
        ObjectNode input = kit.json.createObjectNode().put(name, value);
        return kit.runs.start(kit.owner, StartRun.of(graph, input), null).id();
    }

    private void answer(RunId run, WaitRecord wait, String action, @Nullable ObjectNode values) {
        assertThat(kit.runs.answer(kit.owner, run, wait.id(), action, values)).isPresent();
    }

    private List<RunRecord> within(RunId run) {
        return kit.runs
                .list(kit.owner, new RunFilter(null, null, Set.of(), null, null, null, run), null, 10)
                .items();
    }

    /** Numbered 1..n without holes, the last one terminal and the only one. */
    private void assertEventsAreWhole(RunId run) {
        List<EventRecord> events = kit.runs.events(kit.owner, run, 0, 1000);
        assertThat(events)
                .extracting(EventRecord::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events)
                .filteredOn(event -> event.name().matches("run\\.(succeeded|failed|cancelled|timed_out)"))
                .containsExactly(events.getLast());
    }
}
