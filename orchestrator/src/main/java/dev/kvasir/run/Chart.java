package dev.kvasir.run;

import dev.kvasir.graph.Conditions;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Loop;
import dev.kvasir.graph.Loops;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come: the newest step of each node, and what that means for the edges between them. Not safe for several
 * threads.
 */
final class Chart {

    private final Graph graph;
    private final Loops loops;
    private final Map<String, StepRow> newest = new LinkedHashMap<>();
    private final Supplier<RunValues> reading;
    private @Nullable RunValues values;

    /**
     * @param steps of all rounds
     * @param reading what nodes have said by now; read when a condition asks, and again after {@link #forget}
     */
    Chart(Graph graph, Collection<StepRow> steps, Supplier<RunValues> reading) {
        this.graph = graph;
        this.loops = graph.loops();
        this.reading = reading;
        steps.forEach(this::put);
    }

    /** What an edge means for the node that it leads to. */
    enum Way {
        /** Its sender has not ended, or may run again. */
        OPEN,
        /** Something comes by it. */
        LIVE,
        /** Nothing will come by it. */
        DEAD
    }

    Graph graph() {
        return graph;
    }

    Loops loops() {
        return loops;
    }

    Collection<StepRow> steps() {
        return List.copyOf(newest.values());
    }

    void put(StepRow step) {
        newest.merge(step.node(), step, (known, other) -> other.visit() >= known.visit() ? other : known);
    }

    StepRow step(NodeId node) {
        StepRow step = newest.get(node.value());
        if (step == null) {
            throw new IllegalStateException("The run has no step for node '" + node + "'");
        }
        return step;
    }

    /** What the node of a step may name, in its round. */
    RunValues values(StepRow step) {
        if (values == null) {
            values = reading.get();
        }
        int around = loops.around(new NodeId(step.node())).size();
        return values.inRound(step.iteration().innermost(around));
    }

    /** Lets values be read again, for something was said. */
    void forget() {
        values = null;
    }

    /** The edges that lead to a node in its round: all that lead on, and the one that led back to it. */
    List<Edge> into(NodeId node) {
        List<Edge> edges = new ArrayList<>(graph.forwardInto(node));
        loops.all().stream()
                .filter(loop -> loop.head().equals(node) && round(loop, node) > 0)
                .forEach(loop -> edges.add(loop.back()));
        return edges;
    }

    List<Edge> into(NodeId node, Way way) {
        return into(node).stream().filter(edge -> way(edge) == way).toList();
    }

    /**
     * What an edge means now.
     *
     * @throws dev.kvasir.condition.ConditionException if its condition cannot be decided
     */
    Way way(Edge edge) {
        if (edge.isLoop()) {
            return Way.LIVE; // its node runs again because something came by it
        }
        StepRow sender = step(edge.from());
        if (!sender.state().isFinal() || mayRunAgain(edge)) {
            return Way.OPEN;
        }
        return isTaken(edge) ? Way.LIVE : Way.DEAD;
    }

    /** Whether the sender, which has ended, lets something come by one of its edges. */
    boolean isTaken(Edge edge) {
        StepRow sender = step(edge.from());
        return sender.leaves(edge.fromPort()) && holds(edge, sender);
    }

    private boolean holds(Edge edge, StepRow sender) {
        if (edge.when() == null) {
            return true;
        }
        Values named = values(sender).named().after(sender.attempts());
        return Conditions.holds(graph, edge, named);
    }

    /** Outside of a loop counts what its last round says. */
    private boolean mayRunAgain(Edge edge) {
        return loops.around(edge.from()).stream()
                .filter(loop -> !loop.body().contains(edge.to()))
                .anyMatch(loop -> !step(loop.tail()).state().isFinal());
    }

    /** The round that a node of a loop is in, from 0. */
    int round(Loop loop, NodeId node) {
        return step(node).iteration().round(depth(loop, node));
    }

    /** How many loops lie around a loop. */
    int depth(Loop loop, NodeId node) {
        return loops.around(node).indexOf(loop);
    }

    /** Nodes whose newest step waits for others, in the order in which they run. */
    List<Node> pending() {
        return graph.inOrder().stream()
                .filter(node -> step(node.id()).state() == StepState.PENDING)
                .toList();
    }
}
