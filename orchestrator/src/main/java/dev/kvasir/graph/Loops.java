package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The loops of a graph. Two of them share no node, or one lies within the other. */
public final class Loops {

    private final List<Loop> all;

    private Loops(List<Loop> all) {
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
        for (Edge edge : edges) {
            int head = ids.indexOf(edge.to());
            int tail = ids.indexOf(edge.from());
            if (edge.isLoop() && head >= 0 && tail >= 0) {
                BitSet start = new BitSet();
                start.set(head);
                BitSet between = wiring.from(start);
                between.and(wiring.to(tail));
                Set<NodeId> body = new HashSet<>();
                between.stream().forEach(place -> body.add(ids.get(place)));
                loops.add(new Loop(edge, body));
            }
        }
        return new Loops(loops);
    }

    /** All of them, larger ones first. */
    public List<Loop> all() {
        return all;
    }

    /** Those that a node runs in, the outermost first. */
    public List<Loop> around(NodeId node) {
        return all.stream().filter(loop -> loop.body().contains(node)).toList();
    }

    /** Whether two nodes run in one loop, so that each may know what the other said in an earlier round. */
    boolean share(NodeId one, NodeId other) {
        return around(one).stream().anyMatch(loop -> loop.body().contains(other));
    }
}
