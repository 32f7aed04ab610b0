package dev.kvasir.decoder.kernel;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** How long one thread takes to read memory that is in no cache of its own. */
final class MemorySweep {
    private static final int LONGS = 1 << 23;
    private static final int REPEATS = 3;

    private MemorySweep() {}

    /** Nanoseconds a byte, of the thread's own time; the least of some sweeps. */
    static double nanosPerByte() {
        long[] memory = new long[LONGS];
        double least = Double.MAX_VALUE;
        for (int repeat = 1; repeat <= REPEATS; repeat++) {
            Arrays.fill(memory, repeat);
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long sum = Arrays.stream(memory).sum();
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            if (sum != (long) repeat * LONGS) {
                throw new IllegalStateException("Memory holds other numbers than were written to it");
            }
            least = Math.min(least, (double) nanos / LONGS / Long.BYTES);
        }
        return least;
    }
}
