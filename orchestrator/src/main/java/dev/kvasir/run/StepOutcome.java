package dev.kvasir.run;

import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Placement;
import dev.kvasir.agent.Timings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node of an island did, not committed yet.
 *
 * @param text null for a sharer that was only prefilled
 * @param cacheBytes of the KV cache handed over or fused
 */
record StepOutcome(
        String node,
        @Nullable String text,
        AgentReply.@Nullable FinishReason finishReason,
        List<Message> messages,
        Placement placement,
        Timings timings,
        int promptTokens,
        int generatedTokens,
        int reusedTokens,
        long cacheBytes,
        FusionReport fusion) {

    StepOutcome {
        messages = List.copyOf(messages);
    }
}
