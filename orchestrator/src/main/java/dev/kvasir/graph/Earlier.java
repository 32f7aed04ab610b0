package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Spot;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which nodes have run when another one runs, by their places in the document. Rules ask often, so each answer is kept. */
final class Earlier {

    private final Outline outline;
    private final Wiring wiring;
    private final Loops loops;
    private final Map<Integer, BitSet> before = new HashMap<>();

    Earlier(Outline outline, Wiring wiring, Loops loops) {
        this.outline = outline;
        this.wiring = wiring;
        this.loops = loops;
    }

    /** Whether a node leads to a place, or stands there. */
    boolean leadsTo(int place, int node) {
        return before.computeIfAbsent(place, wiring::to).get(node);
    }

    /** Whether both run in one loop, so that each may know what the other said in an earlier round. */
    boolean isInALoopWith(int place, int node) {
        return loops.isShared(place, node);
    }

    boolean isInALoop(int place) {
        return loops.isShared(place, place);
    }

    /** Those that may have said something when the node at a place has ended: all before it, itself, and its loops'. */
    List<Spot> speakers(int place) {
        return outline.spots().stream()
                .filter(spot -> spot.node() != null && spot.node().speaks())
                .filter(spot -> leadsTo(place, spot.index()) || isInALoopWith(place, spot.index()))
                .toList();
    }
}
