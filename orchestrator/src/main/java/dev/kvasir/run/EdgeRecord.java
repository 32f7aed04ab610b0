package dev.kvasir.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What crossed an edge of a run.
 *
 * @param requestedMode as the version says
 * @param overrideMode as the run asked instead; absent when it did not
 * @param effectiveMode what crossed, or is planned to
 * @param reason {@code AS_REQUESTED}, how AUTO decided, or the cause of a fallback
 * @param reasonText a sentence; absent when the mode is as requested, unless a cache crosses between profiles
 * @param layers of the receiver that the cache crossed in, ascending; empty for all, and for text
 * @param wire what the sharer's cache went through and what was left of it; absent for text and HANDOVER
 * @param hop how the cache travelled from one pool's worker to another's; absent where it did not
 */
public record EdgeRecord(
        String edge,
        String iteration,
        String requestedMode,
        @Nullable String overrideMode,
        String effectiveMode,
        String reason,
        @Nullable String reasonText,
        @Nullable String fuser,
        @Nullable String fuserDigest,
        long cacheBytes,
        int tokens,
        long projectMs,
        long fuseMs,
        long copyMs,
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight,
        List<Integer> layers,
        @Nullable WireRecord wire,
        @Nullable HopRecord hop) {

    public EdgeRecord {
        layers = List.copyOf(layers);
    }
}
