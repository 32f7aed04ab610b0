package dev.kvasir.fuser;

import java.time.Duration;
import java.util.List;

/**
 * What fusing did to a receiver's cache, and where the time went.
 *
 * @param fusedPositions positions of a row that were fused with at least one sharer
 * @param cacheBytes bytes of the sharers' caches that were read
 * @param gateOpenShare part of the keys' and values' gates that were open, 0 to 1
 * @param meanKeyWeight over tokens, heads, layers with an open gate and sharers, before any scale; 0 if there is none
 * @param meanValueWeight likewise
 * @param prefill the receiver's own
 * @param project the sharers' features through the layer fusers
 * @param fuse adding them up, with checks
 * @param copy writing the receiver's cache
 * @param sharers each one's part, in their order; their times sum to no more than those of all
 */
public record FusionReport(
        int fusedPositions,
        long cacheBytes,
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight,
        Duration prefill,
        Duration project,
        Duration fuse,
        Duration copy,
        List<SharerReport> sharers) {

    public FusionReport {
        sharers = List.copyOf(sharers);
    }
}
