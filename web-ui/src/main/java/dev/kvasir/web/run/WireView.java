package dev.kvasir.web.run;

import dev.kvasir.run.WireRecord;
import dev.kvasir.web.Shown;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a sharer's cache crossed an edge, after which policy.
 *
 * @param alone tokens that could be read back by who knows nothing of the text; null where that was not measured
 * @param inContext the same by who knows all that stands before
 * @param among in which way that was measured; null where it was not
 */
public record WireView(
        String edge,
        String codec,
        String bytes,
        long exactBytes,
        String layers,
        String noise,
        @Nullable String alone,
        @Nullable String inContext,
        @Nullable String among) {

    static WireView of(String edge, WireRecord wire) {
        WireRecord.Risk risk = wire.inversionRisk();
        return new WireView(
                edge,
                wire.codec(),
                Shown.bytes(wire.bytes()),
                wire.bytes(),
                wire.layers().isEmpty()
                        ? "none"
                        : wire.layers().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                wire.noise() == 0 ? "none" : String.format(Locale.ROOT, "%s σ", wire.noise()),
                risk == null ? null : read(risk.alone(), risk.tokens()),
                risk == null ? null : read(risk.inContext(), risk.tokens()),
                risk == null ? null : "each among %d tokens".formatted(risk.candidates()));
    }

    private static String read(WireRecord.Read read, int of) {
        return String.format(Locale.ROOT, "%.0f %% (%d of %d)", 100 * read.share(), read.recovered(), of);
    }
}
