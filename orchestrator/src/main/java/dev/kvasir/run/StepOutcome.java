package dev.kvasir.run;

import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Placement;
import dev.kvasir.agent.Timings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node of an island did, not committed yet.
 *
 * @param text null for a sharer that was only prefilled
 * @param waited from when the island was claimed until this node's turn
 * @param cacheBytes of the KV cache that it handed on
 */
record StepOutcome(
        String node,
        @Nullable String text,
        AgentReply.@Nullable FinishReason finishReason,
        List<Message> messages,
        Placement placement,
        Duration waited,
        Timings timings,
        int promptTokens,
        int generatedTokens,
        int reusedTokens,
        long cacheBytes,
        FusionReport fusion) {

    StepOutcome {
        messages = List.copyOf(messages);
    }

    /** The same, having handed on a cache. */
    StepOutcome withCacheBytes(long bytes) {
        return new StepOutcome(
                node,
                text,
                finishReason,
                messages,
                placement,
                waited,
                timings,
                promptTokens,
                generatedTokens,
                reusedTokens,
                bytes,
                fusion);
    }
}
