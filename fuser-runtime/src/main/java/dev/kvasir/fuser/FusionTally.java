package dev.kvasir.fuser;

import java.time.Duration;

/** Adds up what fusing did. */
final class FusionTally {

    private int positions;
    private int gates;
    private int openGates;
    private final Mean keyWeight = new Mean();
    private final Mean valueWeight = new Mean();
    private long projectNanos;
    private long fuseNanos;
    private long copyNanos;

    void positions(int count) {
        positions += count;
    }

    void gate(boolean open) {
        gates++;
        if (open) {
            openGates++;
        }
    }

    void weight(FusionWatch.Part part, double mean, int count) {
        switch (part) {
            case KEYS -> keyWeight.add(mean, count);
            case VALUES -> valueWeight.add(mean, count);
        }
    }

    void projected(long startNanos) {
        projectNanos += System.nanoTime() - startNanos;
    }

    void fused(long startNanos) {
        fuseNanos += System.nanoTime() - startNanos;
    }

    void copied(long startNanos) {
        copyNanos += System.nanoTime() - startNanos;
    }

    FusionReport report(long cacheBytes, Duration prefill) {
        return new FusionReport(
                positions,
                cacheBytes,
                gates == 0 ? 0 : (double) openGates / gates,
                keyWeight.value(),
                valueWeight.value(),
                prefill,
                Duration.ofNanos(projectNanos),
                Duration.ofNanos(fuseNanos),
                Duration.ofNanos(copyNanos));
    }

    private static final class Mean {

        private double sum;
        private long count;

        void add(double mean, int weight) {
            sum += mean * weight;
            count += weight;
        }

        double value() {
            return count == 0 ? 0 : sum / count;
        }
    }
}
