package dev.kvasir.agent;

/**
 * What a node answered, and what that took.
 *
 * @param promptTokens tokens of the prompt, those in a cache that was taken over or found included
 * @param reusedTokens of these, how many were not prefilled again: a cache was continued, or the model had read them for the
 *     same tenant before
 * @param fusion what fusing did; {@link FusionReport#NONE} when nothing was fused
 */
public record AgentReply(
        String text,
        FinishReason finishReason,
        int promptTokens,
        int generatedTokens,
        int reusedTokens,
        Timings timings,
        FusionReport fusion,
        Placement placement) {

    /** Why decoding ended. */
    public enum FinishReason {
        STOP,
        LENGTH
    }
}
