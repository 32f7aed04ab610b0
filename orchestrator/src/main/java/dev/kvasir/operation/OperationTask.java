package dev.kvasir.operation;

import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.operation.OperationStoppedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation in a worker's hands: tells how far it has come, and whether it is still wanted.
 *
 * <p>What cannot be stored while the database is away is kept and stored with what follows.
 */
public final class OperationTask {

    private static final Logger log = LoggerFactory.getLogger(OperationTask.class);

    private final OperationLease lease;
    private final OperationLeases leases;
    private final List<OperationLeases.Entry> pending = new ArrayList<>();
    private final AtomicReference<@Nullable Reason> stop = new AtomicReference<>();
    private volatile long renewedAt = System.nanoTime();

    OperationTask(OperationLease lease, OperationLeases leases) {
        this.lease = lease;
        this.leases = leases;
    }

    OperationLease lease() {
        return lease;
    }

    public OperationId id() {
        return lease.id();
    }

    /** JSON, as it was sent. */
    public String request() {
        return lease.request();
    }

    /** The last step whose numbers are stored; 0 if there is none. */
    public int lastStep() {
        return lease.lastStep();
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

    /** Stores how far it has come: an event {@code operation.progress}. */
    public void tell(ObjectNode progress) {
        pending.add(new OperationLeases.Entry(OperationEvent.PROGRESS, progress));
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

    /** Goes on if it is wanted. To be called before each step. */
    public void requireWanted() {
        Reason reason = stop.get();
        if (reason != null) {
            throw new OperationStoppedException(reason);
        }
    }
}
