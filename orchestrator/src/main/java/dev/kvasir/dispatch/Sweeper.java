package dev.kvasir.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at fixed intervals for what time has made due. Enough alone: notices and timers only make it look sooner. */
public final class Sweeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final List<Sweep> sweeps;
    private final Duration interval;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweep").factory());

    public Sweeper(List<Sweep> sweeps, Duration interval) {
        this.sweeps = List.copyOf(sweeps);
        this.interval = interval;
    }

    public void start() {
        var _ = thread.scheduleWithFixedDelay(
                this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks soon, once more than the interval asks for. */
    public void soon() {
        thread.execute(this::sweep);
    }

    private void sweep() {
        for (Sweep sweep : sweeps) {
            try {
                sweep.sweep();
            } catch (RuntimeException broken) {
                report(broken);
            }
        }
    }

    private static void report(RuntimeException broken) {
        if (DatabaseFaults.mayPass(broken)) {
            log.warn("A sweep could not be made: {}", broken.getMessage());
        } else {
            log.error("A sweep failed", broken);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** One thing to look for. Any number of processes may look at once. */
    @FunctionalInterface
    public interface Sweep {
        void sweep();
    }
}
