package dev.kvasir.model;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How the model's makers mean it to be sampled ({@code generation_config.json}); what they do not say is empty.
 *
 * @param sample whether to sample at all; greedy otherwise
 * @param endIds tokens that end a text
 */
public record GenerationDefaults(
        boolean sample,
        OptionalDouble temperature,
        OptionalInt topK,
        OptionalDouble topP,
        OptionalDouble minP,
        OptionalDouble repetitionPenalty,
        List<Integer> endIds) {

    public GenerationDefaults {
        endIds = List.copyOf(endIds);
    }

    /** Greedy, with these end tokens. */
    public static GenerationDefaults greedy(List<Integer> endIds) {
        return new GenerationDefaults(
                false,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                endIds);
    }
}
