package dev.kvasir.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.database.TestDatabase;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.Rerun.Edited;
import dev.kvasir.run.Rerun.Reuse;
import dev.kvasir.run.RunKit.TestWorker;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Runs that go on from earlier ones. */
class RerunIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final RunKit kit = new RunKit(database);
    private final TestWorker worker;

    RerunIT() {
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

    /** Two branches that meet: a → b → j, and c → j. */
    private UUID diamond(String b) {
        return kit.published(Drawn.graph()
                .agent("a", "a {{ input.question }}")
                .agent("b", b)
                .agent("c", "c {{ input.question }}")
                .node("j", "join", "'merge':'CONCAT'")
                .output("{{ j.text }}")
                .path("input", "a", "b", "j", "output")
                .path("input", "c", "j")
                .document());
    }

    @Test
    void aRetryTakesOverWhatSucceededAndRunsTheRest() {
        RunId failed = kit.start(diamond("#echo {\\\"fault\\\": \\\"nan\\\"}\\nb"), "q");
        assertThat(kit.ended(failed).state()).isEqualTo(RunState.FAILED);

        RunId retried = kit.runs.again(kit.owner, failed, Rerun.retry(), null).id();

        assertThat(kit.ended(retried).state()).isEqualTo(RunState.FAILED);
        assertThat(kit.ended(retried).parentRunId()).isEqualTo(failed);
        assertThat(kit.states(retried)).containsEntry("a", StepState.REUSED).containsEntry("b", StepState.FAILED);
        assertThat(kit.step(retried, "a").reusedFrom())
                .isEqualTo(kit.step(failed, "a").id());
        assertThat(kit.step(retried, "a").text()).isEqualTo("a q");
        assertThat(kit.step(retried, "a").metrics()).isNull();
        assertThat(kit.states(failed)).containsEntry("a", StepState.SUCCEEDED);
    }

    @Test
    void aReplayRunsFromItsNodeAndLeavesParallelBranchesAlone() {
        RunId first = kit.start(diamond("b {{ a.text }}"), "q");
        assertThat(kit.answer(first)).isEqualTo("b a q\n\nc q");

        RunId replayed = again(first, "b", null, Map.of(), Reuse.OUTPUTS);

        assertThat(kit.answer(replayed)).isEqualTo("b a q\n\nc q");
        assertThat(kit.ended(replayed).replayedFrom()).isEqualTo(first);
        assertThat(kit.states(replayed))
                .containsEntry("a", StepState.REUSED)
                .containsEntry("c", StepState.REUSED)
                .containsEntry("b", StepState.SUCCEEDED)
                .containsEntry("j", StepState.SUCCEEDED);
        assertThat(kit.ended(replayed).totals().generatedTokens())
                .isLessThan(kit.ended(first).totals().generatedTokens());
        assertThat(kit.runs.events(kit.owner, replayed, 0, 100))
                .extracting(EventRecord::name)
                .contains("step.reused");
    }

    @Test
    void anEditedInputIsReadByWhatRunsAgainAndAnEditedOutputStandsForItsStep() {
        RunId first = kit.start(diamond("b {{ a.text }} {{ input.question }}"), "q");
        kit.ended(first);

        RunId edited = again(first, "b", kit.question("other"), Map.of(), Reuse.OUTPUTS);
        RunId forked = again(first, null, null, Map.of(new NodeId("a"), new Edited("X", null)), Reuse.OUTPUTS);
        RunId anew = again(first, null, kit.question("new"), Map.of(), Reuse.NOTHING);

        assertThat(kit.answer(edited)).isEqualTo("b a q other\n\nc q");
        assertThat(kit.answer(forked)).isEqualTo("b X q\n\nc q");
        assertThat(kit.step(forked, "a").edited()).isTrue();
        assertThat(kit.states(forked)).containsEntry("a", StepState.REUSED).containsEntry("b", StepState.SUCCEEDED);
        assertThat(kit.answer(anew)).isEqualTo("b a new new\n\nc new");
    }

    @Test
    void aLoopRunsAgainAsAWholeOrIsTakenOverWithAllItsRounds() {
        UUID graph = kit.published(Drawn.graph()
                .agent("a", "{{ loop.iteration }}")
                .agent("b", "b{{ a.text }}")
                .agent("c", "c {{ b.text }}")
                .output("{{ c.text }}")
                .path("input", "a", "b", "c", "output")
                .edge("b", "a", "'loop':{'maxIterations':2}")
                .document());
        RunId first = kit.start(graph, "q");
        assertThat(kit.answer(first)).isEqualTo("c b2");

        RunId after = again(first, "c", null, Map.of(), Reuse.OUTPUTS);
        RunId within = again(first, "b", null, Map.of(), Reuse.OUTPUTS);

        assertThat(kit.answer(after)).isEqualTo("c b2");
        assertThat(kit.states(after)).containsEntry("b", StepState.REUSED);
        assertThat(kit.answer(within)).isEqualTo("c b2");
        assertThat(kit.states(within)).containsEntry("a", StepState.SUCCEEDED).containsEntry("b", StepState.SUCCEEDED);
    }

    @Test
    void whatCannotBeGoneOnFromIsRefusedWithItsReasons() {
        RunId first = kit.start(diamond("b {{ a.text }}"), "q");
        kit.ended(first);
        RunId running = kit.start(diamond("#echo {\\\"sleepMs\\\": 20000}\\nb"), "q");

        assertThatThrownBy(() -> kit.runs.again(kit.owner, first, Rerun.retry(), null))
                .hasMessage("Run " + first
                        + " has succeeded; there is nothing to try again. Replay it from a node, or start a new run.");
        assertThatThrownBy(() -> again(running, "b", null, Map.of(), Reuse.OUTPUTS))
                .hasMessageEndingWith(". Wait for its end, or cancel it first.");
        assertThatThrownBy(() -> again(first, "b", null, Map.of(), Reuse.CACHES))
                .hasMessage(
                        "Run " + first + " has kept no caches; they go with their island. Use \"reuse\": \"OUTPUTS\".");
        assertThatThrownBy(() -> again(first, "nobody", null, Map.of(), Reuse.OUTPUTS))
                .hasMessage("1 problem: Node 'nobody' does not exist in this version.");
        assertThatThrownBy(() -> again(first, null, null, Map.of(), Reuse.OUTPUTS))
                .hasMessage(
                        "1 problem: Say from which node it is to run again (fromNode), or what a node is to have said (stepOutputs).");
        assertThatThrownBy(() ->
                        again(first, null, null, Map.of(new NodeId("output"), new Edited("X", null)), Reuse.OUTPUTS))
                .hasMessage("1 problem: Node 'output' says nothing that could be put in its place.");
        kit.runs.cancel(kit.owner, running, CancelMode.NOW);
    }

    private RunId again(
            RunId run, @Nullable String from, @Nullable ObjectNode input, Map<NodeId, Edited> outputs, Reuse reuse) {
        Set<NodeId> nodes = from == null ? Set.of() : Set.of(new NodeId(from));
        Rerun rerun = new Rerun(Rerun.Kind.REPLAY, nodes, input, null, Map.of(), outputs, reuse);
        return kit.runs.again(kit.owner, run, rerun, null).id();
    }
}
