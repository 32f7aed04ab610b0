package dev.kvasir.graph;

import org.jspecify.annotations.Nullable;

/**
 * Leads from a node to one that runs after it, or back to one that has run.
 *
 * @param fromPort the sender's port, {@code out} by default
 * @param when a condition in CEL; null when it always holds
 * @param loop how often the edge may go back; null for an edge that leads on
 */
public record Edge(
        EdgeId id,
        NodeId from,
        NodeId to,
        String fromPort,
        @Nullable String when,
        @Nullable Integer loop,
        Link link) {

    /** The port of whoever has done its work. */
    public static final String OUT = "out";

    /** The port of whoever has failed and may go on so. */
    public static final String FAIL = "fail";

    public boolean isLoop() {
        return loop != null;
    }

    /** Whether it may turn out that nothing comes by this edge although its sender has ended well. */
    public boolean isConditional() {
        return when != null || !fromPort.equals(OUT);
    }
}
