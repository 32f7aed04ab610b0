package dev.kvasir.operation;

import dev.kvasir.device.Devices;
import dev.kvasir.device.Holding;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.operation.TrainingStoppedException.Reason;
import dev.kvasir.training.TrainingListener;
import dev.kvasir.training.TrainingProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A training in a worker's hands: books its memory, stores each step's numbers as they come, and ends it when it is told to stop.
 *
 * <p>What cannot be stored while the database is away is kept and stored with the next step.
 */
final class TrainingWork implements TrainingListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TrainingWork.class);
    private static final long READING_EVERY = Duration.ofSeconds(1).toNanos();

    private final OperationLease lease;
    private final OperationLeases leases;
    private final Devices devices;
    private final List<OperationLeases.Entry> pending = new ArrayList<>();
    private final AtomicReference<@Nullable Reason> stop = new AtomicReference<>();
    private volatile long renewedAt = System.nanoTime();
    private long toldAt = System.nanoTime() - READING_EVERY;
    private @Nullable Holding holding;

    TrainingWork(OperationLease lease, OperationLeases leases, Devices devices) {
        this.lease = lease;
        this.leases = leases;
        this.devices = devices;
    }

    OperationLease lease() {
        return lease;
    }

    /** Has it stop before its next step; the first reason holds. */
    void stop(Reason reason) {
        stop.compareAndSet(null, reason);
    }

    /** Renews the lease, and stops what nobody wants or somebody else may have. */
    void renew(Duration self) {
        long sentAt = System.nanoTime();
        try {
            leases.renew(lease)
                    .ifPresentOrElse(
                            stopping -> {
                                renewedAt = sentAt;
                                if (stopping) {
                                    stop(Reason.CANCELLED);
                                }
                            },
                            () -> stop(Reason.LOST));
        } catch (RuntimeException unreachable) {
            log.warn("The lease on {} could not be renewed: {}", lease.id(), unreachable.getMessage());
            if (sentAt - renewedAt > self.toNanos()) {
                stop(Reason.LOST);
            }
        }
    }

    /** Training computes on the processor: where the slots are GPUs its memory is on nobody's ledger. */
    @Override
    public void memory(long bytes) {
        goOn();
        log.info("{} takes {} MiB beside the heap at most", lease.id(), bytes >> 20);
        if (devices.areProcessors()) {
            holding = devices.acquire(new Party(), Needs.cache("the training of a fuser", bytes));
        }
    }

    @Override
    public void read(int chats, int of) {
        goOn();
        if (System.nanoTime() - toldAt > READING_EVERY || chats == of) {
            toldAt = System.nanoTime();
            tell(TrainingProgressJson.reading(chats, of));
        }
    }

    /** Steps that were taken before, by a worker that fell silent after its last save, are stored already. */
    @Override
    public void step(TrainingProgress progress) {
        goOn();
        if (progress.step() > lease.lastStep()) {
            tell(TrainingProgressJson.step(progress));
        }
    }

    private void tell(ObjectNode data) {
        pending.add(new OperationLeases.Entry(OperationEvent.PROGRESS, data));
        try {
            leases.append(lease, pending);
            pending.clear();
        } catch (OperationLostException lost) {
            stop(Reason.LOST);
        } catch (RuntimeException fault) {
            if (!DatabaseFaults.mayPass(fault)) {
                throw fault;
            }
            log.warn("{} events of {} wait for the database: {}", pending.size(), lease.id(), fault.getMessage());
        }
    }

    private void goOn() {
        Reason reason = stop.get();
        if (reason != null) {
            throw new TrainingStoppedException(reason);
        }
    }

    @Override
    public void close() {
        if (holding != null) {
            holding.close();
        }
    }
}
