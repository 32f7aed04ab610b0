package dev.kvasir.web.run;

import dev.kvasir.run.EdgeRecord;
import dev.kvasir.run.HopRecord;
import dev.kvasir.web.Shown;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What crossed an edge, and why. */
public record EdgeView(
        String edge,
        String asked,
        String effective,
        boolean isOther,
        String reason,
        @Nullable String reasonText,
        String fuser,
        String cache,
        long cacheBytes,
        int tokens,
        long projectMs,
        long fuseMs,
        long copyMs,
        String gates,
        String layers,
        @Nullable WireView wire,
        @Nullable String hop) {

    static EdgeView of(EdgeRecord edge) {
        String asked = edge.overrideMode() == null ? edge.requestedMode() : edge.overrideMode();
        String from = edge.overrideMode() == null ? "" : " (this run; the version says " + edge.requestedMode() + ")";
        return new EdgeView(
                edge.edge(),
                asked + from,
                edge.effectiveMode(),
                !asked.equals(edge.effectiveMode()),
                edge.reason(),
                edge.reasonText(),
                edge.fuser() == null ? "–" : edge.fuser(),
                edge.cacheBytes() == 0 ? "–" : Shown.bytes(edge.cacheBytes()),
                edge.cacheBytes(),
                edge.tokens(),
                edge.projectMs(),
                edge.fuseMs(),
                edge.copyMs(),
                edge.fuser() == null ? "–" : String.format(Locale.ROOT, "%.0f %%", 100 * edge.gateOpenShare()),
                edge.layers().isEmpty()
                        ? "–"
                        : edge.layers().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                edge.wire() == null ? null : WireView.of(edge.edge(), edge.wire()),
                edge.hop() == null ? null : hop(edge.edge(), edge.hop()));
    }

    private static String hop(String edge, HopRecord hop) {
        String left = "%s: the cache left pool %s (worker %s) for pool %s, %s sealed, sent in %d ms"
                .formatted(
                        edge,
                        hop.fromPool(),
                        hop.fromWorker(),
                        hop.toPool(),
                        Shown.bytes(hop.sealedBytes()),
                        hop.sendMs());
        return hop.toWorker() == null
                ? left + "; it has not arrived yet."
                : left
                        + "; it waited for %d ms and was opened in %d ms by worker %s."
                                .formatted(hop.waitMs(), hop.openMs(), hop.toWorker());
    }
}
