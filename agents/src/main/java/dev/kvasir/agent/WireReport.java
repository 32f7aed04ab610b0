package dev.kvasir.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What crossed from a sharer.
 *
 * @param bytes keys, values and the codec's steps of what crossed
 * @param layers of the sharer that crossed, ascending
 * @param risk how much of the text can be read back from it; null where that was not measured
 */
public record WireReport(
        Crossing.Codec codec,
        long bytes,
        List<Integer> layers,
        double noise,
        @Nullable Risk risk) {

    public static final WireReport NONE = new WireReport(Crossing.Codec.F32, 0, List.of(), 0, null);

    public WireReport {
        layers = List.copyOf(layers);
    }

    /**
     * Tokens that were read back from the very cache that crossed.
     *
     * @param tokens of the text; what the chat template writes does not count
     * @param candidates among which each was looked for
     * @param alone by who knows the model and nothing of the text
     * @param inContext by who knows all that stands before each token
     */
    public record Risk(int tokens, int candidates, Read alone, Read inContext) {}

    /**
     * What one way of reading back told.
     *
     * @param recovered tokens by the best layer, or by the layers' vote where that tells more
     * @param layer the best; -1 if none crossed
     */
    public record Read(int recovered, int layer) {}
}
