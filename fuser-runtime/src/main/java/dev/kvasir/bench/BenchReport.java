package dev.kvasir.bench;

import java.util.List;

/**
 * What one process measured.
 *
 * @param dtype what matrices are multiplied in
 * @param device that computed
 * @param load of the machine at the start, runnable threads; negative where the system does not tell
 * @param loadSeconds to read all weights
 * @param weightBytes of all copies in memory
 * @param residentBytes of the process once they were loaded; 0 where the system does not tell
 * @param sweepBytesPerSecond reading as many bytes as the weights take, in the thread's own time, on a GPU by the clock
 * @param gemmPerSecond multiplications and additions a second at best, timed likewise
 */
public record BenchReport(
        String model,
        String profile,
        String dtype,
        String device,
        int threads,
        int cores,
        double load,
        double loadSeconds,
        long weightBytes,
        long residentBytes,
        Spread sweepBytesPerSecond,
        Spread gemmPerSecond,
        List<Line> lines) {

    /**
     * One point.
     *
     * @param wall tokens a second by the clock
     * @param own tokens a second of the calling thread's processor time; on a GPU by the clock too
     * @param share of what memory allows for decoding one row, of what arithmetic allows else
     */
    public record Line(String point, Spread wall, Spread own, double share) {}

    public BenchReport {
        lines = List.copyOf(lines);
    }

    /** Whether other load was small enough at the start for times by the clock to mean something. */
    public boolean comparable() {
        return load <= cores;
    }
}
