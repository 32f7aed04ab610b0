package dev.kvasir.agent;

/**
 * What fusing did to a receiver's cache.
 *
 * @param cacheBytes bytes of the sharers' caches that were read
 * @param fusedPositions positions of the receiver that were overwritten
 * @param alignedShare part of the receiver's prompt positions that have a partner, 0 to 1
 * @param gateOpenShare part of the gates that are open, 0 to 1
 * @param meanKeyWeight mean weight of the keys, 0 to 1
 * @param meanValueWeight mean weight of the values, 0 to 1
 */
public record FusionReport(
        long cacheBytes,
        int fusedPositions,
        double alignedShare,
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight) {

    public static final FusionReport NONE = new FusionReport(0, 0, 0, 0, 0, 0);
}
