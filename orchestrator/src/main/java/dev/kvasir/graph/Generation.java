package dev.kvasir.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an agent decodes.
 *
 * @param maxTokens 1 to 8192
 * @param temperature 0 to 2; 0 is greedy
 * @param topP (0, 1]
 * @param topK 0 to 1000; 0 keeps all
 * @param minP [0, 1)
 * @param repetitionPenalty (0, 2]
 * @param stop at most 16
 * @param seed 0 to 2^53 - 1; null for the run's
 * @param profile null for the graph's
 * @param thinking whether the chat template is asked for a thinking turn
 * @param responseFormat what the reply must be
 */
public record Generation(
        int maxTokens,
        double temperature,
        double topP,
        int topK,
        double minP,
        double repetitionPenalty,
        List<String> stop,
        @Nullable Long seed,
        @Nullable Profile profile,
        boolean thinking,
        ResponseFormat responseFormat) {

    public static final Generation DEFAULT =
            new Generation(256, 0, 1, 0, 0, 1, List.of(), null, null, false, new ResponseFormat.Text());

    public Generation {
        stop = List.copyOf(stop);
    }

    /** Whether two runs may differ although nothing else does. */
    public boolean isUnseededSampling() {
        return temperature > 0 && seed == null;
    }
}
