package dev.kvasir.graph;

import java.time.Duration;

/**
 * Limits and choices of a whole graph.
 *
 * @param timeout of a run
 * @param maxSteps most steps of a run
 * @param maxTokens most tokens that a run may generate
 * @param exposeAsTool whether the graph is offered as a tool to others
 */
public record Settings(Duration timeout, int maxSteps, int maxTokens, Profile profile, boolean exposeAsTool) {

    public static final Settings DEFAULT = new Settings(Duration.ofMinutes(10), 500, 100_000, Profile.EXACT, false);

    /** What a node says of its profile, else what its graph does. */
    public Profile profileOf(Node.Agent node) {
        Profile own = node.generation().profile();
        return own == null ? profile : own;
    }
}
