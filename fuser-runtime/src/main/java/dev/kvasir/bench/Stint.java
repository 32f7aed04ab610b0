package dev.kvasir.bench;

import java.lang.management.ManagementFactory;

/** How long some work took: by the clock, and of the calling thread's processor time, which other load disturbs less. */
record Stint(double wallSeconds, double ownSeconds) {
    private static final double NANOS = 1e9;

    static Stint of(Runnable work) {
        long wall = System.nanoTime();
        long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        double ownSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own) / NANOS;
        return new Stint((System.nanoTime() - wall) / NANOS, Math.max(1 / NANOS, ownSeconds));
    }
}
