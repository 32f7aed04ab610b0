package dev.kvasir.run;

import dev.kvasir.agent.WireReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a sharer's cache crossed an edge, as the link's {@code wire} says.
 *
 * @param codec {@code F32}, {@code INT8} or {@code INT4}
 * @param bytes keys, values and the codec's steps
 * @param layers of the sharer that crossed, ascending
 * @param noise that was added, in standard deviations of each channel
 * @param inversionRisk how many tokens could be read back from it; absent unless the link asks for it
 */
public record WireRecord(
        String codec,
        long bytes,
        List<Integer> layers,
        double noise,
        @Nullable Risk inversionRisk) {

    public WireRecord {
        layers = List.copyOf(layers);
    }

    /**
     * Tokens that were read back from the very cache that crossed.
     *
     * @param tokens of the text
     * @param candidates among which each was looked for
     * @param alone read back by who knows the model and nothing of the text
     * @param inContext read back by who knows all that stands before each token
     */
    public record Risk(int tokens, int candidates, Read alone, Read inContext) {}

    /**
     * What one way of reading back told.
     *
     * @param share of the text's tokens, 0 to 1
     * @param layer that tells most; -1 if none crossed
     */
    public record Read(int recovered, double share, int layer) {}

    static WireRecord of(WireReport wire) {
        return new WireRecord(
                wire.codec().name(),
                wire.bytes(),
                wire.layers(),
                wire.noise(),
                wire.risk() == null ? null : risk(wire.risk()));
    }

    private static Risk risk(WireReport.Risk risk) {
        return new Risk(risk.tokens(), risk.candidates(), read(risk.alone(), risk), read(risk.inContext(), risk));
    }

    private static Read read(WireReport.Read read, WireReport.Risk risk) {
        double share = risk.tokens() == 0 ? 0 : (double) read.recovered() / risk.tokens();
        return new Read(read.recovered(), share, read.layer());
    }
}
