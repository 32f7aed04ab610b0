package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What keeps the nodes of an island from running as one: an island is agents alone, all of which run, and all of which run again if
 * one does.
 */
final class Together {

    private final Graph graph;
    private final Loops loops;
    private final Map<NodeId, Node> nodes = new HashMap<>();

    Together(Graph graph) {
        this.graph = graph;
        this.loops = graph.loops();
        graph.nodes().forEach(node -> nodes.put(node.id(), node));
    }

    /** One reason. */
    sealed interface Torn {

        /** Why a cache must not join both ends of an edge. */
        String sentence();

        /** It runs by other means than agents do. */
        record ByNode(Node node) implements Torn {
            @Override
            public String sentence() {
                return "Node '" + node.id() + "' would have to run together with both ends, and cannot.";
            }
        }

        /** It is decided while its island runs. */
        record ByEdge(Edge edge) implements Torn {
            @Override
            public String sentence() {
                return "Edge '" + edge.id() + "' is decided when '" + edge.from()
                        + "' has ended, and its ends would run together.";
            }
        }

        /**
         * It has one part of the island run again and not the other.
         *
         * @param outside one of the other part
         */
        record ByLoop(Loop loop, NodeId outside) implements Torn {
            @Override
            public String sentence() {
                return "Loop '" + loop.back().id() + "' would run again without '" + outside
                        + "', with which its nodes would run together.";
            }
        }
    }

    /** Every reason; none for a node that runs alone. */
    List<Torn> tears(Island island) {
        List<Torn> tears = new ArrayList<>();
        if (island.nodes().size() < 2) {
            return tears;
        }
        Set<NodeId> members = new HashSet<>(island.nodes());
        for (NodeId id : island.nodes()) {
            Node node = nodes.get(id);
            if (node != null && !node.runsOnWorker()) {
                tears.add(new Torn.ByNode(node));
            }
        }
        for (Edge edge : graph.edges()) {
            boolean isWithin = members.contains(edge.from()) && members.contains(edge.to());
            if (isWithin && edge.isConditional() && !edge.isLoop()) {
                tears.add(new Torn.ByEdge(edge));
            }
        }
        for (Loop loop : loops.all()) {
            island.nodes().stream()
                    .filter(id -> !loop.body().contains(id))
                    .findFirst()
                    .filter(outside -> members.stream().anyMatch(loop.body()::contains))
                    .ifPresent(outside -> tears.add(new Torn.ByLoop(loop, outside)));
        }
        return tears;
    }
}
