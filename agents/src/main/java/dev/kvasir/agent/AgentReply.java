package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a node answered, and what that took.
 *
 * <p>With tools it is the sum of all rounds: each time the model came back, it read the conversation so far.
 *
 * @param promptTokens tokens of the prompt, those in a cache that was taken over or found included
 * @param reusedTokens of these, how many were not prefilled again: a cache was continued, or the model had read them for the
 *     same tenant before
 * @param fusion what fusing did; {@link FusionReport#NONE} when nothing was fused
 * @param tooling which tools it called
 * @param json the value that the text is, where JSON was asked for; else null
 */
public record AgentReply(
        String text,
        FinishReason finishReason,
        int promptTokens,
        int generatedTokens,
        int reusedTokens,
        Timings timings,
        FusionReport fusion,
        Placement placement,
        Tooling tooling,
        @Nullable JsonNode json) {

    /** A reply whose text is not known to be JSON. */
    public AgentReply(
            String text,
            FinishReason finishReason,
            int promptTokens,
            int generatedTokens,
            int reusedTokens,
            Timings timings,
            FusionReport fusion,
            Placement placement,
            Tooling tooling) {
        this(
                text,
                finishReason,
                promptTokens,
                generatedTokens,
                reusedTokens,
                timings,
                fusion,
                placement,
                tooling,
                null);
    }

    /** One that had nothing to do with tools. */
    public AgentReply(
            String text,
            FinishReason finishReason,
            int promptTokens,
            int generatedTokens,
            int reusedTokens,
            Timings timings,
            FusionReport fusion,
            Placement placement) {
        this(text, finishReason, promptTokens, generatedTokens, reusedTokens, timings, fusion, placement, Tooling.NONE);
    }

    /** The same, ending with calls before which it says something, or with none. */
    public AgentReply asking(String before, List<ToolCall> calls) {
        return new AgentReply(
                before,
                calls.isEmpty() ? finishReason : FinishReason.TOOL,
                promptTokens,
                generatedTokens,
                reusedTokens,
                timings,
                fusion,
                placement,
                Tooling.asking(calls));
    }

    AgentReply withJson(JsonNode value) {
        return new AgentReply(
                text,
                finishReason,
                promptTokens,
                generatedTokens,
                reusedTokens,
                timings,
                fusion,
                placement,
                tooling,
                value);
    }

    /** Why decoding ended. */
    public enum FinishReason {
        STOP,
        LENGTH,
        /** It ends with calls of tools. */
        TOOL
    }
}
