package dev.kvasir.bench;

import java.util.List;

/**
 * What one process measured of fusing.
 *
 * @param profile of both models
 * @param device that computed
 * @param load of the machine at the start, runnable threads; negative where the system does not tell
 */
public record FuseBenchReport(
        String receiver,
        String sharer,
        String profile,
        String device,
        int threads,
        int cores,
        double load,
        List<Line> lines) {

    public FuseBenchReport {
        lines = List.copyOf(lines);
    }

    /** Whether there were cores left at the start. */
    public boolean comparable() {
        return load < cores;
    }

    /**
     * So many tokens fused, warm: each process's first time over all lines is not in it.
     *
     * @param sharerMs the sharer's prefill of the same number of tokens
     * @param receiverMs the receiver's own prefill
     * @param projectMs the sharer's features through the layer fusers
     * @param fuseMs adding them up, with checks, and writing the cache
     * @param share of projecting and fusing, by the receiver's prefill, round by round
     * @param firstShare the same of the process's first time
     * @param receiverPerSecond multiplications and additions of the receiver's matrices, a second
     * @param projectPerSecond those of the layer fusers' matrices
     */
    public record Line(
            int tokens,
            Spread sharerMs,
            Spread receiverMs,
            Spread projectMs,
            Spread fuseMs,
            Spread share,
            double firstShare,
            double receiverPerSecond,
            double projectPerSecond) {}
}
