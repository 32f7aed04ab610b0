package dev.kvasir.agent;

import java.util.List;

/**
 * How a reply is decoded.
 *
 * @param maxTokens most tokens to generate, 1 to 8192
 * @param temperature 0 to 2; 0 is greedy
 * @param topP keep the most probable tokens up to this mass, (0, 1]; 1 keeps all
 * @param topK keep this many tokens, 0 to 1000; 0 keeps all
 * @param minP keep tokens at least this probable relative to the best, [0, 1)
 * @param repetitionPenalty (0, 2]; 1 is none
 * @param stop strings that end the reply and are not part of it, at most 16
 * @param seed of the sampler
 * @param thinking whether the chat template is asked for a thinking turn
 * @param profile how a local model computes
 * @param format what the reply must be
 */
public record GenerationOptions(
        int maxTokens,
        double temperature,
        double topP,
        int topK,
        double minP,
        double repetitionPenalty,
        List<String> stop,
        long seed,
        boolean thinking,
        Profile profile,
        ReplyFormat format) {

    public static final GenerationOptions GREEDY =
            new GenerationOptions(256, 0, 1, 0, 0, 1, List.of(), 0, false, Profile.EXACT);

    /** For a reply of any text. */
    public GenerationOptions(
            int maxTokens,
            double temperature,
            double topP,
            int topK,
            double minP,
            double repetitionPenalty,
            List<String> stop,
            long seed,
            boolean thinking,
            Profile profile) {
        this(
                maxTokens,
                temperature,
                topP,
                topK,
                minP,
                repetitionPenalty,
                stop,
                seed,
                thinking,
                profile,
                new ReplyFormat.Text());
    }

    public GenerationOptions {
        stop = List.copyOf(stop);
    }

    public GenerationOptions withMaxTokens(int tokens) {
        return new GenerationOptions(
                tokens, temperature, topP, topK, minP, repetitionPenalty, stop, seed, thinking, profile, format);
    }

    public GenerationOptions withFormat(ReplyFormat asked) {
        return new GenerationOptions(
                maxTokens, temperature, topP, topK, minP, repetitionPenalty, stop, seed, thinking, profile, asked);
    }
}
