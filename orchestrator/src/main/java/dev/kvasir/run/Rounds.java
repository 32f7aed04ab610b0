package dev.kvasir.run;

import dev.kvasir.graph.Loop;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.run.RunSteps.Order;
import dev.kvasir.run.RunSteps.Turn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets loops turn: when the last node of a round has ended, the nodes of the loop get another step each, or the loop is over. */
final class Rounds {

    private final RunRows rows;
    private final RunSteps steps;
    private final Versions versions;
    private final EdgeUses edges;

    Rounds(RunRows rows, RunSteps steps, Versions versions, EdgeUses edges) {
        this.rows = rows;
        this.steps = steps;
        this.versions = versions;
        this.edges = edges;
    }

    /**
     * Begins the next round of a loop, the innermost first.
     *
     * @return whether one has begun
     * @throws LoopLimitException if a condition still holds when the loop has turned as often as it may
     */
    boolean turn(RunRow run, RunGraph graph, Chart chart) {
        for (Loop loop : chart.loops().all().reversed()) {
            StepRow tail = chart.step(loop.tail());
            if (tail.state().isFinal() && chart.isTaken(loop.back()) && mayTurn(loop, chart)) {
                begin(run, graph, chart, loop);
                return true;
            }
        }
        return false;
    }

    /** An edge that always leads back stops by its limit; one that asks, or is chosen, was meant to stop before. */
    private static boolean mayTurn(Loop loop, Chart chart) {
        int round = chart.round(loop, loop.tail());
        if (round < loop.limit()) {
            return true;
        }
        if (loop.back().isConditional()) {
            throw new LoopLimitException(loop);
        }
        return false;
    }

    private void begin(RunRow run, RunGraph graph, Chart chart, Loop loop) {
        Map<NodeId, Turn> turns = new HashMap<>();
        for (Node node : graph.graph().nodes()) {
            if (loop.body().contains(node.id())) {
                StepRow step = chart.step(node.id());
                int around = chart.loops().around(node.id()).size();
                turns.put(
                        node.id(),
                        new Turn(step.iteration().next(chart.depth(loop, node.id()), around), step.visit() + 1));
            }
        }
        GraphVersion version = versions.of(run.id());
        Order order = new Order(run.id(), graph, rows.priority(run.id()), version.lock());
        List<StepRow> made = steps.insert(order, turns);
        for (StepRow step : made) {
            edges.repeat(run.id(), step);
            chart.put(step);
        }
    }

    /** Why a run may not go on that has made so many steps; null if it may. */
    static @Nullable StepFault tooMany(RunGraph graph, int made) {
        int most = graph.graph().settings().maxSteps();
        return made <= most
                ? null
                : new StepFault(
                        "BUDGET_EXCEEDED",
                        "The run has " + made + " steps; its graph's maxSteps allows " + most
                                + ". Raise it, or let its loops end sooner.",
                        false,
                        null);
    }
}
