package dev.kvasir.decoder;

import dev.kvasir.grammar.TokenGrammar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to generate behind a prompt.
 *
 * @param prompt ids, at least one
 * @param maxTokens most tokens to generate, the stop token included
 * @param seed of the sampler; the same request and seed give the same tokens
 * @param stopIds end the generation and are its last id; not shown as text
 * @param stopStrings end the generation and are cut from its text
 * @param grammar what the text is; null for any text. A stop id comes where its value is whole and nowhere else
 */
public record GenerationRequest(
        List<Integer> prompt,
        int maxTokens,
        SamplingSettings sampling,
        long seed,
        List<Integer> stopIds,
        List<String> stopStrings,
        @Nullable TokenGrammar grammar) {

    public GenerationRequest {
        prompt = List.copyOf(prompt);
        stopIds = List.copyOf(stopIds);
        stopStrings = List.copyOf(stopStrings);
        if (prompt.isEmpty()) {
            throw new IllegalArgumentException("A prompt needs at least one token.");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("At least one token must be asked for, not " + maxTokens + ".");
        }
        if (stopStrings.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("A stop string cannot be empty.");
        }
    }

    /** Any text. */
    public GenerationRequest(
            List<Integer> prompt,
            int maxTokens,
            SamplingSettings sampling,
            long seed,
            List<Integer> stopIds,
            List<String> stopStrings) {
        this(prompt, maxTokens, sampling, seed, stopIds, stopStrings, null);
    }

    /** The best tokens, until a stop id. */
    public static GenerationRequest greedy(List<Integer> prompt, int maxTokens, List<Integer> stopIds) {
        return new GenerationRequest(prompt, maxTokens, SamplingSettings.GREEDY, 0, stopIds, List.of());
    }

    public GenerationRequest withSampling(SamplingSettings newSampling, long newSeed) {
        return new GenerationRequest(prompt, maxTokens, newSampling, newSeed, stopIds, stopStrings, grammar);
    }

    public GenerationRequest withStopStrings(List<String> strings) {
        return new GenerationRequest(prompt, maxTokens, sampling, seed, stopIds, strings, grammar);
    }

    public GenerationRequest withGrammar(TokenGrammar forced) {
        return new GenerationRequest(prompt, maxTokens, sampling, seed, stopIds, stopStrings, forced);
    }
}
