package dev.kvasir.run;

import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.ShareReply;
import dev.kvasir.agent.SharerFusion;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.LinkPlan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sharer that was prefilled for a receiver.
 *
 * @param messages what it read
 */
record SharedRead(Edge edge, List<Message> messages, Duration waited, ShareReply reply) {

    EdgeOutcome crossed(LinkPlan plan, SharerFusion fusion, @Nullable HopRecord hop) {
        return new EdgeOutcome(
                edge.from(),
                plan,
                reply.fuserDigest(),
                reply.cacheBytes(),
                reply.promptTokens(),
                plan.effective() == Link.Mode.CACHE_PREFIX
                        ? reply.layers()
                        : edge.link().namedLayers(),
                fusion,
                reply.wire(),
                hop);
    }

    StepOutcome outcome() {
        return new StepOutcome(
                edge.from().value(),
                null,
                null,
                messages,
                reply.placement(),
                waited,
                reply.timings(),
                reply.promptTokens(),
                0,
                reply.reusedTokens(),
                reply.cacheBytes(),
                FusionReport.NONE,
                Duration.ZERO);
    }
}
