package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The loops of a graph. Two of them share no node, or one lies within the other. */
public final class Loops {

    private final List<Loop> all;
    private final Map<Integer, BitSet> together;

    private Loops(List<Loop> all, Map<Integer, BitSet> together) {
        this.together = together;
        this.all = all.stream()
                .sorted(Comparator.comparingInt((Loop loop) -> loop.body().size())
                        .reversed())
                .toList();
    }

    static Loops of(Graph graph) {
        List<NodeId> ids = graph.nodes().stream().map(Node::id).toList();
        return of(ids, graph.edges(), Wiring.of(graph));
    }

    /**
     * Finds the loops of what may not be a graph yet.
     *
     * @param ids of the nodes, by their places in the wiring
     * @param wiring without the edges that lead back
     */
    static Loops of(List<NodeId> ids, List<Edge> edges, Wiring wiring) {
        List<Loop> loops = new ArrayList<>();
        Map<Integer, BitSet> together = new HashMap<>();
        for (Edge edge : edges) {
            int head = ids.indexOf(edge.to());
            int tail = ids.indexOf(edge.from());
            if (edge.isLoop() && head >= 0 && tail >= 0) {
                BitSet start = new BitSet();
                start.set(head);
                BitSet between = wiring.from(start);
                between.and(wiring.to(tail));
                Set<NodeId> body = new HashSet<>();
                between.stream().forEach(place -> {
                    body.add(ids.get(place));
                    together.computeIfAbsent(place, first -> new BitSet()).or(between);
                });
                loops.add(new Loop(edge, body));
            }
        }
        return new Loops(loops, together);
    }

    /** All of them, larger ones first. */
    public List<Loop> all() {
        return all;
    }

    /** Those that a node runs in, the outermost first. */
    public List<Loop> around(NodeId node) {
        return all.stream().filter(loop -> loop.body().contains(node)).toList();
    }

    /** Whether the nodes of two places run in one loop; a place with itself, whether it lies in any. */
    boolean isShared(int place, int other) {
        BitSet with = together.get(place);
        return with != null && with.get(other);
    }

    /** The loops of which an edge has one end alone. */
    List<Loop> crossedBy(Edge edge) {
        return all.stream()
                .filter(loop -> loop.body().contains(edge.from()) != loop.body().contains(edge.to()))
                .toList();
    }
}
