package dev.kvasir.graph;

import java.util.Set;

/**
 * Nodes that run again when an edge leads back: all on the way from its head to its tail.
 *
 * @param back leads from the last of them to the first
 */
public record Loop(Edge back, Set<NodeId> body) {

    public Loop {
        body = Set.copyOf(body);
    }

    /** Where a round begins. */
    public NodeId head() {
        return back.to();
    }

    /** Whose end decides whether there is another round. */
    public NodeId tail() {
        return back.from();
    }

    /** How often the edge may lead back. */
    public int limit() {
        Integer limit = back.loop();
        return limit == null ? 0 : limit;
    }

    boolean holds(Loop other) {
        return body.containsAll(other.body);
    }

    boolean meets(Loop other) {
        return body.stream().anyMatch(other.body::contains);
    }
}
