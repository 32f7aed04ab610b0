package dev.kvasir.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's loop: look for due islands when woken or when the poll is due, claim no more than there are free slots,
 * and let each run on a thread of its own under the heartbeat.
 */
public final class Dispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    /** After a wake-up, an island may still be locked by the transaction that told of it or of its neighbours. */
    private static final List<Duration> LOOK_AGAIN =
            List.of(Duration.ofMillis(10), Duration.ofMillis(30), Duration.ofMillis(100));

    private final IslandExecutor executor;
    private final DispatchProperties settings;
    private final Heartbeat heartbeat;
    private final Semaphore wake = new Semaphore(0);
    private final AtomicInteger busy = new AtomicInteger();
    private final ExecutorService slots =
            Executors.newCachedThreadPool(Thread.ofPlatform().name("island-", 1).factory());
    private final Thread loop = Thread.ofPlatform().daemon().name("dispatch").unstarted(this::loop);
    private volatile boolean claiming = true;

    /**
     * @param leases on a small pool of its own, so that renewals never wait for work
     * @param process how this process is given up when work cannot be stopped
     */
    public Dispatcher(
            IslandExecutor executor,
            Leases leases,
            Claimant worker,
            DispatchProperties settings,
            StuckProcess process) {
        this.executor = executor;
        this.settings = settings;
        this.heartbeat = new Heartbeat(leases, worker.id(), settings, executor::giveUp, process::giveUp);
    }

    public void start() {
        heartbeat.start();
        loop.start();
    }

    /** Looks for work soon. Never blocks. */
    public void wake() {
        wake.release();
    }

    /** Stops what runs for this run; it commits that itself. */
    public void stopRun(java.util.UUID run) {
        for (Work work : heartbeat.held()) {
            if (work.lease().run().equals(run)) {
                work.stop(StopReason.RUN_STOPPED);
            }
        }
    }

    /** How many islands are running here. */
    public int busy() {
        return busy.get();
    }

    private void loop() {
        while (claiming) {
            boolean woken = awaitWake();
            int claimed = look();
            for (int again = 0; woken && claimed == 0 && again < LOOK_AGAIN.size() && hasFreeSlot(); again++) {
                rest(LOOK_AGAIN.get(again));
                claimed = look();
            }
        }
    }

    private boolean awaitWake() {
        try {
            boolean woken = wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
            wake.drainPermits();
            return woken;
        } catch (InterruptedException stopped) {
            claiming = false;
            return false;
        }
    }

    private boolean hasFreeSlot() {
        return claiming && busy.get() < settings.slots();
    }

    private int look() {
        if (!hasFreeSlot()) {
            return 0;
        }
        try {
            List<Lease> leases = executor.claim(settings.slots() - busy.get());
            leases.forEach(this::run);
            return leases.size();
        } catch (RuntimeException broken) {
            if (DatabaseFaults.mayPass(broken)) {
                log.warn("No work could be claimed: {}", broken.getMessage());
            } else {
                log.error("No work could be claimed", broken);
            }
            return 0;
        }
    }

    private void run(Lease lease) {
        busy.incrementAndGet();
        Work work = heartbeat.hold(lease, executor.timeout(lease));
        slots.execute(() -> {
            work.runOn(Thread.currentThread());
            try {
                executor.execute(work);
            } catch (RuntimeException broken) {
                log.error("{} of epoch {} ended in a fault of ours", lease.island(), lease.epoch(), broken);
            } finally {
                work.runOn(null);
                heartbeat.release(work);
                busy.decrementAndGet();
                wake();
            }
        });
    }

    private void rest(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            claiming = false;
        }
    }

    /**
     * Claims nothing more, lets what runs go on for the drain's time, then has the rest handed back. Leases are renewed to the
     * last.
     */
    @Override
    public void close() {
        claiming = false;
        loop.interrupt();
        awaitIdle(settings.drain());
        for (Work work : heartbeat.held()) {
            if (work.stop(StopReason.DRAINING)) {
                log.info("{} is handed back", work.lease().island());
            }
        }
        awaitIdle(Duration.ofSeconds(2));
        heartbeat.held().forEach(work -> executor.giveUp(work, StopReason.DRAINING));
        slots.shutdownNow();
        heartbeat.close();
    }

    private void awaitIdle(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (busy.get() > 0 && System.nanoTime() < end) {
            if (!pauseUnlessInterrupted()) {
                return;
            }
        }
    }

    private static boolean pauseUnlessInterrupted() {
        try {
            Thread.sleep(20);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
