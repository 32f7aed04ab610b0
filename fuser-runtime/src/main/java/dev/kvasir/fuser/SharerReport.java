package dev.kvasir.fuser;

import java.time.Duration;

/**
 * One sharer's part in what fusing did to a receiver's cache.
 *
 * @param fusedPositions positions of a row that were fused with it
 * @param cacheBytes bytes of its cache that were read
 * @param gateOpenShare part of its keys' and values' gates that were open, 0 to 1
 * @param meanKeyWeight over tokens, heads and layers with an open gate, before any scale; 0 if there is none
 * @param meanValueWeight likewise
 * @param project its features through the layer fusers
 * @param fuse adding them up, with checks
 * @param copy writing the receiver's cache; none where several sharers are written together
 */
public record SharerReport(
        int fusedPositions,
        long cacheBytes,
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight,
        Duration project,
        Duration fuse,
        Duration copy) {}
