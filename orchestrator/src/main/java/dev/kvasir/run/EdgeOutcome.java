package dev.kvasir.run;

import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Timings;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What crossed an edge, not committed yet.
 *
 * @param from its sender
 * @param plan with the mode that was effective, and why
 * @param cacheBytes 0 for text
 * @param tokens positions of the cache that crossed; 0 for text, whose tokens its sender's step counts
 */
record EdgeOutcome(
        NodeId from,
        LinkPlan plan,
        @Nullable String fuserDigest,
        long cacheBytes,
        int tokens,
        Timings timings,
        FusionReport fusion) {}
