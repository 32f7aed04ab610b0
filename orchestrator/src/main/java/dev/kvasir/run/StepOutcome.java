package dev.kvasir.run;

import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.Placement;
import dev.kvasir.agent.Timings;
import dev.kvasir.graph.Node;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a node of an island did, not committed yet.
 *
 * @param text null for a sharer that was only prefilled
 * @param waited from when the island was claimed until this node's turn
 * @param cacheBytes of the KV cache that it handed on
 * @param tools time that calls of tools took
 * @param json the value that the text is, where JSON was asked for; else null
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
        FusionReport fusion,
        Duration tools,
        @Nullable JsonNode json) {

    private static final Placement NOWHERE = new Placement("none", "none", "none");

    /** The outcome of a node that was not asked for JSON. */
    StepOutcome(
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
            FusionReport fusion,
            Duration tools) {
        this(
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
                cacheBytes,
                fusion,
                tools,
                null);
    }

    StepOutcome {
        messages = List.copyOf(messages);
    }

    /** What a node that wrote did. */
    static StepOutcome of(Node.Agent node, List<Message> messages, Duration waited, AgentReply reply) {
        return new StepOutcome(
                node.id().value(),
                reply.text(),
                reply.finishReason(),
                messages,
                reply.placement(),
                waited,
                reply.timings(),
                reply.promptTokens(),
                reply.generatedTokens(),
                reply.reusedTokens(),
                0,
                reply.fusion(),
                reply.tooling().time(),
                reply.json());
    }

    /** What a node that called a tool did. */
    static StepOutcome of(Node.Tool node, String text, Duration waited, Duration time) {
        return new StepOutcome(
                node.id().value(),
                text,
                AgentReply.FinishReason.STOP,
                List.of(),
                NOWHERE,
                waited,
                Timings.of(time),
                0,
                0,
                0,
                0,
                FusionReport.NONE,
                time);
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
                fusion,
                tools,
                json);
    }
}
