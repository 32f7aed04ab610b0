package dev.kvasir.run;

import dev.kvasir.agent.SharerFusion;
import dev.kvasir.agent.WireReport;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.NodeId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What crossed an edge, not committed yet.
 *
 * @param from its sender
 * @param plan with the mode that was effective, and why
 * @param cacheBytes 0 for text
 * @param tokens positions of the cache that crossed; 0 for text, whose tokens its sender's step counts
 * @param layers of the receiver that the cache crossed in, ascending; empty for all, and for text
 * @param fusion this edge's own part of what its receiver's step did with the caches it took over
 * @param wire what crossed, after what policy; null for text, for a conversation that is continued, and where the sharer's step told
 *     it before
 * @param hop how the cache travelled between two workers, as far as it has come; null where it did not
 */
record EdgeOutcome(
        NodeId from,
        LinkPlan plan,
        @Nullable String fuserDigest,
        long cacheBytes,
        int tokens,
        List<Integer> layers,
        SharerFusion fusion,
        @Nullable WireReport wire,
        @Nullable HopRecord hop) {

    EdgeOutcome {
        layers = List.copyOf(layers);
    }

    static EdgeOutcome text(NodeId from, LinkPlan plan) {
        return whole(from, plan, 0, 0, Duration.ZERO, null);
    }

    /** A conversation that is continued. */
    static EdgeOutcome whole(
            NodeId from, LinkPlan plan, long cacheBytes, int tokens, Duration copy, @Nullable HopRecord hop) {
        return new EdgeOutcome(from, plan, null, cacheBytes, tokens, List.of(), SharerFusion.copied(copy), null, hop);
    }
}
