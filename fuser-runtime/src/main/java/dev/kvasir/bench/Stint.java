package dev.kvasir.bench;

import dev.kvasir.torch.TorchDevice;
import java.lang.management.ManagementFactory;

/** How long some work took: by the clock, and of the calling thread's processor time, which other load disturbs less. */
record Stint(double wallSeconds, double ownSeconds) {
    private static final double NANOS = 1e9;

    /** @param work ends when the device has done it; a GPU works while the thread waits, so there both are the clock's */
    static Stint of(TorchDevice device, Runnable work) {
        long wall = System.nanoTime();
        long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        double ownSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own) / NANOS;
        double wallSeconds = (System.nanoTime() - wall) / NANOS;
        return new Stint(wallSeconds, device.isCpu() ? Math.max(1 / NANOS, ownSeconds) : wallSeconds);
    }
}
