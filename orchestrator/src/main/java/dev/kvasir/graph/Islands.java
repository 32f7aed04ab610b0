package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds the nodes that must run together: the connected components of the cache edges within a pool. An edge from one pool to
 * another is a hop: its cache travels, and each end has an island of its own.
 *
 * <p>Where text leaves a component and comes back to it, the nodes on the way join it: else the component would wait for
 * them and they for it.
 */
public final class Islands {

    private Islands() {}

    /** Every node is in exactly one island; islands come in an order in which they can run. */
    public static List<Island> of(Graph graph, Predicate<Edge> crossesCaches) {
        Wiring wiring = Wiring.of(graph);
        Map<NodeId, Integer> places = new HashMap<>();
        graph.nodes().forEach(node -> places.put(node.id(), places.size()));
        Wiring joined = new Wiring(wiring.size());
        for (Edge edge : graph.edges()) {
            if (edge.isLoop()) {
                continue;
            }
            int from = places.getOrDefault(edge.from(), 0);
            int to = places.getOrDefault(edge.to(), 0);
            joined.connect(from, to);
            if (crossesCaches.test(edge) && !graph.isHop(edge)) {
                joined.connect(to, from); // a way back makes one knot of both ends and of all between them
            }
        }
        return named(graph, wiring, joined.knots());
    }

    /** Kosaraju's knots already come in topological order. */
    private static List<Island> named(Graph graph, Wiring wiring, List<List<Integer>> knots) {
        Map<Integer, Integer> ranks = new HashMap<>();
        wiring.order().forEach(place -> ranks.put(place, ranks.size()));
        List<Island> islands = new ArrayList<>();
        for (List<Integer> knot : knots) {
            List<NodeId> nodes = knot.stream()
                    .sorted((a, b) -> Integer.compare(ranks.getOrDefault(a, 0), ranks.getOrDefault(b, 0)))
                    .map(place -> graph.nodes().get(place).id())
                    .toList();
            islands.add(new Island(islands.size(), nodes));
        }
        return islands;
    }
}
