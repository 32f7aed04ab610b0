package dev.kvasir.operation;

import dev.kvasir.device.DeviceFullException;
import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.dispatch.DispatchProperties;
import dev.kvasir.operation.OperationLeases.End;
import dev.kvasir.operation.OperationStoppedException.Reason;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A worker's operations of one kind, one at a time beside its islands: claimed, executed on a thread of their own under a heartbeat,
 * ended. One that is handed back, or whose worker falls silent, is claimed again.
 */
final class OperationRole {

    private static final Logger log = LoggerFactory.getLogger(OperationRole.class);

    /** What has cost so many workers their lives is given up. */
    private static final int MOST_LOSSES = 4;

    private static final Duration ROOM_PAUSE = Duration.ofSeconds(30);

    private final OperationLeases leases;
    private final OperationRoom room;
    private final DispatchProperties settings;
    private final ScheduledExecutorService heartbeat;
    private final Thread loop;
    private volatile @Nullable OperationTask current;
    private volatile boolean running;

    OperationRole(OperationLeases leases, OperationRoom room, DispatchProperties settings) {
        this.leases = leases;
        this.room = room;
        this.settings = settings;
        String name = room.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.heartbeat = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name + "-heartbeat").factory());
        this.loop = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    }

    void start() {
        running = true;
        long beat = settings.heartbeat().toMillis();
        var _ = heartbeat.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        loop.start();
    }

    private void beat() {
        OperationTask work = current;
        if (work != null) {
            work.renew(settings.self());
        }
    }

    private void loop() {
        while (running) {
            Optional<OperationLease> claimed = claim();
            claimed.ifPresent(this::execute);
            if (claimed.isEmpty()) {
                pause(settings.poll());
            }
        }
    }

    private Optional<OperationLease> claim() {
        try {
            return leases.claim();
        } catch (RuntimeException broken) {
            if (DatabaseFaults.mayPass(broken)) {
                log.debug("No operation could be claimed: {}", broken.getMessage());
            } else {
                log.error("No operation could be claimed", broken);
            }
            return Optional.empty();
        }
    }

    private void execute(OperationLease lease) {
        OperationTask work = new OperationTask(lease, leases);
        current = work;
        log.info("{} of epoch {} starts, after step {}", lease.id(), lease.epoch(), lease.lastStep());
        try {
            commit(lease, outcome(lease, work));
        } catch (OperationLostException lost) {
            log.warn("{}", lost.getMessage());
        } catch (RuntimeException broken) {
            log.error("{} of epoch {} could not be ended", lease.id(), lease.epoch(), broken);
        } finally {
            current = null;
        }
    }

    /** What is to be committed in the end. */
    private Runnable outcome(OperationLease lease, OperationTask work) {
        if (lease.isStopping()) {
            return () -> leases.end(lease, new End(OperationState.CANCELLED, null, null));
        }
        if (lease.losses() >= MOST_LOSSES) {
            return () -> leases.end(lease, new End(OperationState.FAILED, null, silentWorkers(lease.losses())));
        }
        try {
            ObjectNode result = room.execute(work);
            return () -> leases.end(lease, new End(OperationState.SUCCEEDED, result, null));
        } catch (OperationStoppedException stopped) {
            return stopped(lease, stopped.reason());
        } catch (DeviceFullException full) {
            return () -> leases.handBack(lease, ROOM_PAUSE, String.valueOf(full.getMessage()));
        } catch (RuntimeException | Error fault) {
            return failed(lease, fault);
        }
    }

    private Runnable stopped(OperationLease lease, Reason reason) {
        return switch (reason) {
            case CANCELLED -> () -> leases.end(lease, new End(OperationState.CANCELLED, null, null));
            case DRAINING -> () -> leases.handBack(lease, Duration.ZERO, "Its worker stops.");
            case LOST -> () -> log.warn("Lease lost on {} of epoch {}; its work is dropped", lease.id(), lease.epoch());
        };
    }

    private Runnable failed(OperationLease lease, Throwable thrown) {
        OperationRecord.Fault fault = room.fault(thrown);
        if (fault.code().equals("INTERNAL")) {
            log.error("{} failed", lease.id(), thrown);
        }
        return () -> leases.end(lease, new End(OperationState.FAILED, null, fault));
    }

    private OperationRecord.Fault silentWorkers(int losses) {
        return new OperationRecord.Fault(
                "WORKER_CRASH",
                "%d workers fell silent over it, perhaps for lack of memory. %s"
                        .formatted(losses, room.afterCrashes()));
    }

    /** Tries until it holds, or until the lease has surely run out. */
    private void commit(OperationLease lease, Runnable outcome) {
        long end = System.nanoTime() + settings.lease().multipliedBy(2).toNanos();
        while (true) {
            try {
                outcome.run();
                return;
            } catch (RuntimeException fault) {
                if (!DatabaseFaults.mayPass(fault) || System.nanoTime() > end) {
                    throw fault;
                }
                log.warn("The end of {} waits for the database: {}", lease.id(), fault.getMessage());
                pause(settings.poll());
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Claims nothing more; what is being executed is told to stop. */
    void askToStop() {
        running = false;
        OperationTask work = current;
        if (work != null) {
            work.stop(Reason.DRAINING);
        }
    }

    /** Waits for the end, and hands back what does not reach the end of its step in time. */
    void awaitStop() {
        OperationTask work = current;
        join();
        if (work != null && current == work) {
            handBack(work.lease());
        }
        heartbeat.shutdownNow();
    }

    private void join() {
        try {
            loop.join(settings.drain());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void handBack(OperationLease lease) {
        try {
            leases.handBack(lease, Duration.ZERO, "Its worker stops.");
        } catch (RuntimeException unreachable) {
            log.warn("{} could not be handed back, its lease runs out: {}", lease.id(), unreachable.getMessage());
        }
    }
}
