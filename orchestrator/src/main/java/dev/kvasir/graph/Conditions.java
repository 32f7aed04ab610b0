package dev.kvasir.graph;

import dev.kvasir.condition.Condition;
import dev.kvasir.condition.ConditionException;
import dev.kvasir.condition.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the conditions of a graph that obeys every rule. Pure functions. */
public final class Conditions {

    private Conditions() {}

    /**
     * Whether an edge's condition holds, now that its sender has ended.
     *
     * @param values with the attempts of the sender
     * @throws ConditionException with the whole sentence, if it cannot be decided
     */
    public static boolean holds(Graph graph, Edge edge, Values values) {
        String when = edge.when();
        return when == null || decide("Condition of edge '" + edge.id() + "'", when, names(graph), values);
    }

    /**
     * The ports that a router takes: the first case that holds, or all of them; else its {@code otherwise}.
     *
     * @throws ConditionException with the whole sentence, if a case cannot be decided
     */
    public static List<String> ports(Graph graph, Node.Router router, Values values) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < router.cases().size(); i++) {
            Node.Slot slot = router.conditions().get(i);
            if (decide(slot.what(), slot.source(), names(graph), values)) {
                taken.add(router.cases().get(i).name());
                if (router.pick() == Node.Pick.FIRST) {
                    return taken;
                }
            }
        }
        return taken.isEmpty() ? List.of(router.otherwise()) : taken;
    }

    /** Whether a condition reads what a node has said. */
    static boolean asks(Graph graph, String source, NodeId node) {
        return source.contains(node.value())
                && Condition.parse(source, names(graph)).heads().contains(node.value());
    }

    private static boolean decide(String what, String source, Names names, Values values) {
        try {
            return values.hold(Condition.parse(source, names));
        } catch (ConditionException fault) {
            String reason = String.valueOf(fault.getMessage());
            throw new ConditionException(what + ": " + reason + (reason.endsWith(".") ? "" : "."), fault);
        }
    }

    private static Names names(Graph graph) {
        Set<String> nodes = graph.nodes().stream()
                .filter(Node::speaks)
                .map(node -> node.id().value())
                .collect(Collectors.toUnmodifiableSet());
        return new Names(nodes);
    }
}
