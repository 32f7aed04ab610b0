package dev.kvasir.agent;

import java.util.List;

/**
 * What a receiver took over, and what fusing did to its own cache.
 *
 * @param cacheBytes bytes of the caches that were read or continued
 * @param fusedPositions positions of the receiver that were overwritten
 * @param alignedShare part of the receiver's prompt positions that have a partner, 0 to 1
 * @param gateOpenShare part of the gates that are open, 0 to 1
 * @param meanKeyWeight mean weight of the keys, 0 to 1
 * @param meanValueWeight mean weight of the values, 0 to 1
 * @param sharers each one's part, in the intake's order; empty where nothing was fused
 */
public record FusionReport(
        long cacheBytes,
        int fusedPositions,
        double alignedShare,
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight,
        List<SharerFusion> sharers) {

    public static final FusionReport NONE = continued(0);

    public FusionReport {
        sharers = List.copyOf(sharers);
    }

    /** A cache that was continued as it was: nothing was fused. */
    static FusionReport continued(long cacheBytes) {
        return new FusionReport(cacheBytes, 0, 0, 0, 0, 0, List.of());
    }
}
