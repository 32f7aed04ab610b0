package dev.kvasir.fuser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Adds up what fusing did: for each sharer, and what they have together. */
final class FusionTally {

    private final List<Part> sharers;
    private final Part joint = new Part();
    private int positions;

    FusionTally(int sharers) {
        this.sharers = IntStream.range(0, sharers).mapToObj(_ -> new Part()).toList();
    }

    void fused(Section section) {
        positions += section.length();
        for (int i = 0; i < sharers.size(); i++) {
            if (section.fuses(i + 1)) {
                sharers.get(i).positions += section.length();
            }
        }
    }

    /** @param number of the sharer, counted from 1 */
    Part of(int number) {
        return sharers.get(number - 1);
    }

    /** What is done once for several sharers. */
    Part joint() {
        return joint;
    }

    /** @param cacheBytes that were read of each sharer's cache */
    FusionReport report(List<Long> cacheBytes, Duration prefill) {
        List<SharerReport> reports = new ArrayList<>();
        Part all = new Part();
        all.add(joint);
        for (int i = 0; i < sharers.size(); i++) {
            reports.add(sharers.get(i).report(cacheBytes.get(i)));
            all.add(sharers.get(i));
        }
        return new FusionReport(
                positions,
                cacheBytes.stream().mapToLong(Long::longValue).sum(),
                all.gateOpenShare(),
                all.keyWeight.value(),
                all.valueWeight.value(),
                prefill,
                Duration.ofNanos(all.projectNanos),
                Duration.ofNanos(all.fuseNanos),
                Duration.ofNanos(all.copyNanos),
                reports);
    }

    /** A part of the whole. */
    static final class Part {

        private final Mean keyWeight = new Mean();
        private final Mean valueWeight = new Mean();
        private int positions;
        private int gates;
        private int openGates;
        private long projectNanos;
        private long fuseNanos;
        private long copyNanos;

        void gate(boolean open) {
            gates++;
            if (open) {
                openGates++;
            }
        }

        void weight(FusionWatch.Part part, double mean, int count) {
            switch (part) {
                case KEYS -> keyWeight.add(mean * count, count);
                case VALUES -> valueWeight.add(mean * count, count);
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

        private void add(Part other) {
            keyWeight.add(other.keyWeight.sum, other.keyWeight.count);
            valueWeight.add(other.valueWeight.sum, other.valueWeight.count);
            gates += other.gates;
            openGates += other.openGates;
            projectNanos += other.projectNanos;
            fuseNanos += other.fuseNanos;
            copyNanos += other.copyNanos;
        }

        private double gateOpenShare() {
            return gates == 0 ? 0 : (double) openGates / gates;
        }

        private SharerReport report(long cacheBytes) {
            return new SharerReport(
                    positions,
                    cacheBytes,
                    gateOpenShare(),
                    keyWeight.value(),
                    valueWeight.value(),
                    Duration.ofNanos(projectNanos),
                    Duration.ofNanos(fuseNanos),
                    Duration.ofNanos(copyNanos));
        }
    }

    private static final class Mean {

        private double sum;
        private long count;

        void add(double weighted, long weight) {
            sum += weighted;
            count += weight;
        }

        double value() {
            return count == 0 ? 0 : sum / count;
        }
    }
}
