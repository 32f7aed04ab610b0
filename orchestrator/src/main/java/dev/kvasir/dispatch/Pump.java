package dev.kvasir.dispatch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what time makes due, as soon as it is due: it sleeps until then, or until it is woken. It never sleeps longer than an interval,
 * so that a notice that was lost costs time and nothing else.
 */
public final class Pump implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Pump.class);

    private final Work work;
    private final Duration interval;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread;
    private volatile boolean open = true;

    /** @param interval how long it sleeps at most */
    public Pump(String name, Duration interval, Work work) {
        this.work = work;
        this.interval = interval;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Looks at once, or once more after the look that goes on. */
    public void wake() {
        signal.release();
    }

    private void run() {
        while (open) {
            signal.drainPermits();
            Duration next = look();
            Duration sleep = next.compareTo(interval) < 0 ? next : interval;
            try {
                var _ = signal.tryAcquire(Math.max(1, sleep.toMillis()), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private Duration look() {
        try {
            return work.look();
        } catch (RuntimeException broken) {
            if (!open) {
                log.debug("{} was stopped while it looked", thread.getName(), broken);
            } else if (DatabaseFaults.mayPass(broken)) {
                log.warn("{} could not look: {}", thread.getName(), broken.getMessage());
            } else {
                log.error("{} failed", thread.getName(), broken);
            }
            return interval;
        }
    }

    /** Returns when the look that goes on is over, or after five seconds. */
    @Override
    public void close() {
        open = false;
        signal.release();
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException stopped) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** One look. Any number of processes may look at once. */
    @FunctionalInterface
    public interface Work {

        /** Does what is due, and says how long it is to the next; zero or less to look again at once. */
        Duration look();
    }
}
