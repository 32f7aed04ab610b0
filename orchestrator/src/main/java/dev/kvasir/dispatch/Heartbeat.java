package dev.kvasir.dispatch;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker's leases alive, and stops work whose lease is not.
 *
 * <p>Two threads: one talks to the database, the other only looks at clocks, so that a database which does not answer
 * cannot keep work running past its lease. A heartbeat is not progress: work that does not move is stopped although its
 * lease lives.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final Leases leases;
    private final WorkerId worker;
    private final DispatchProperties settings;
    private final BiConsumer<Work, StopReason> giveUp;
    private final Consumer<Work> stuck;
    private final Map<Lease, Work> held = new ConcurrentHashMap<>();
    private final Map<Lease, Duration> timeouts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeat").factory());
    private final ScheduledExecutorService guard = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeat-guard").factory());

    /**
     * @param giveUp told of work that hangs or is out of time
     * @param stuck told of work that was stopped and does not end
     */
    Heartbeat(
            Leases leases,
            WorkerId worker,
            DispatchProperties settings,
            BiConsumer<Work, StopReason> giveUp,
            Consumer<Work> stuck) {
        this.leases = leases;
        this.worker = worker;
        this.settings = settings;
        this.giveUp = giveUp;
        this.stuck = stuck;
    }

    void start() {
        long beat = settings.heartbeat().toMillis();
        var _ = beats.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        long look = Math.max(20, beat / 4);
        var _ = guard.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    }

    Work hold(Lease lease, Duration timeout) {
        Work work = new Work(lease);
        timeouts.put(lease, timeout);
        held.put(lease, work);
        return work;
    }

    void release(Work work) {
        held.remove(work.lease());
        timeouts.remove(work.lease());
    }

    Collection<Work> held() {
        return List.copyOf(held.values());
    }

    private void beat() {
        Map<Lease, Work> before = Map.copyOf(held);
        if (before.isEmpty()) {
            return;
        }
        long sentAt = System.nanoTime();
        try {
            List<Leases.Renewed> renewed = leases.renew(
                    worker,
                    before.values().stream()
                            .map(work -> new Leases.Held(work.lease(), work.takeMoved()))
                            .toList());
            apply(renewed, before, sentAt);
        } catch (RuntimeException unreachable) {
            log.warn("Leases could not be renewed: {}", unreachable.getMessage());
        }
    }

    private void apply(List<Leases.Renewed> renewed, Map<Lease, Work> before, long sentAt) {
        Map<Lease, Work> lost = new HashMap<>(before);
        for (Leases.Renewed lease : renewed) {
            Work work = lost.remove(lease.lease());
            if (work != null) {
                work.renewedAt(sentAt);
                if (lease.stop()) {
                    work.stop(StopReason.RUN_STOPPED);
                }
            }
        }
        for (Work work : lost.values()) {
            if (held.containsKey(work.lease()) && work.stop(StopReason.LEASE_LOST)) {
                log.warn(
                        "Lease lost on {} of epoch {}; its work is dropped",
                        work.lease().island(),
                        work.lease().epoch());
            }
        }
    }

    private void look() {
        try {
            for (Work work : held()) {
                look(work);
            }
        } catch (RuntimeException broken) {
            log.error("The guard of the leases failed", broken);
        }
    }

    private void look(Work work) {
        if (work.sinceStopped() > settings.recycle().toNanos()) {
            stuck.accept(work);
        } else if (work.sinceRenewed() > settings.self().toNanos()) {
            if (work.stop(StopReason.LEASE_UNRENEWED)) {
                log.warn(
                        "The lease on {} was not renewed for {}; its work stops",
                        work.lease().island(),
                        settings.self());
            }
        } else if (work.sinceMoved() > settings.progress().toNanos()) {
            stopAndGiveUp(work, StopReason.HUNG);
        } else if (work.sinceStarted() > timeout(work).toNanos()) {
            stopAndGiveUp(work, StopReason.TIMEOUT);
        }
    }

    private void stopAndGiveUp(Work work, StopReason reason) {
        if (work.stop(reason)) {
            log.warn("{} stops: {}", work.lease().island(), reason);
            giveUp.accept(work, reason);
        }
    }

    private Duration timeout(Work work) {
        return timeouts.getOrDefault(work.lease(), settings.progress().multipliedBy(1000));
    }

    @Override
    public void close() {
        beats.shutdownNow();
        guard.shutdownNow();
    }
}
