package dev.kvasir.run;

import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import java.util.List;
import java.util.UUID;

/**
 * All that a worker needs to know to run an island.
 *
 * @param owner of the run; caches are shared with no other owner's
 * @param nodes of the island, in the order in which they run
 * @param steps their rows, in the same order
 * @param values what ran before left behind
 */
record IslandBrief(UUID owner, RunGraph graph, List<Node> nodes, List<StepRow> steps, RunValues values) {

    IslandBrief {
        nodes = List.copyOf(nodes);
        steps = List.copyOf(steps);
    }

    Node.Agent agent(NodeId id) {
        for (Node node : nodes) {
            if (node.id().equals(id) && node instanceof Node.Agent agent) {
                return agent;
            }
        }
        throw new IllegalStateException("Agent '" + id + "' is not in this island");
    }

    StepRow step(String node) {
        for (StepRow step : steps) {
            if (step.node().equals(node)) {
                return step;
            }
        }
        throw new IllegalStateException("Node '" + node + "' has no step in this island");
    }

    /** Which try of the island this is, from 1. */
    int attempt() {
        return steps.getFirst().attempts();
    }
}
