package dev.kvasir.device;

import dev.kvasir.torch.MemoryFault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's memory and what lies in it. Loads what is asked for and is not there, unloads what is idle and worth least
 * when room is needed, and never books more than the device has. Safe for several threads.
 *
 * <p>Room is booked before anything is loaded: running out of memory is never how the pool finds out. Should it run out all
 * the same, what is idle goes and fewer parties may come for a while.
 *
 * <p>Nothing is loaded, unloaded or computed under the pool's lock: what is there can be used meanwhile.
 */
public final class DevicePool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevicePool.class);

    private final DeviceSlot slot;
    private final PoolSettings settings;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final WaitingLine line = new WaitingLine();
    private final Throttle throttle = new Throttle();
    private final Ledger ledger;
    private boolean closed;

    /** Makes a pool with nothing loaded. */
    public DevicePool(DeviceSlot slot, PoolSettings settings, Clock clock) {
        this.slot = slot;
        this.settings = settings;
        this.clock = clock;
        this.ledger = new Ledger(slot, settings);
    }

    public DeviceSlot slot() {
        return slot;
    }

    /**
     * Takes things in use, loading first what is not there, and room, all of it at once or nothing.
     *
     * @return what was taken, which the caller closes
     * @throws ModelTooLargeException if it can never fit
     * @throws DeviceFullException if it does not fit beside what is in use or pinned, for as long as the pool's patience lasts
     * @throws DeviceExhaustedException if memory ran out while something was loaded
     */
    public Holding acquire(Party party, Needs needs) {
        return load(party, needs, grant(party, needs, settings.patience()));
    }

    /** Like {@link #acquire}, but gives up at once where that would wait for others. */
    public Optional<Holding> tryAcquire(Party party, Needs needs) {
        try {
            return Optional.of(load(party, needs, grant(party, needs, Duration.ZERO)));
        } catch (DeviceFullException full) {
            return Optional.empty();
        }
    }

    /** Keeps what has this key from being unloaded, whether it is there or comes later. */
    public void pin(String key) {
        locked(() -> ledger.pin(key));
    }

    public void unpin(String key) {
        locked(() -> ledger.unpin(key));
    }

    public PoolSnapshot snapshot() {
        return seen(() -> ledger.snapshot(line.size(), throttle));
    }

    /** Unloads everything; what is still in use is an error of its user's. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<Residence> ready = ledger.residences().stream()
                    .filter(residence -> residence.state() == ResidentState.READY)
                    .toList();
            unload(ready, EvictionReason.CLOSED);
        } finally {
            lock.unlock();
        }
    }

    <T> T guarded(String doing, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error fault) {
            if (MemoryFault.isIn(fault)) {
                throw ranOut(doing, fault);
            }
            throw fault;
        }
    }

    void release(Party party, Ledger.Grant grant) {
        letGo(party, () -> ledger.release(party, grant));
    }

    void release(Party party, Needs.CacheRequest cache) {
        letGo(party, () -> ledger.release(party, cache));
    }

    boolean isHeldBy(Party party) {
        return seen(() -> ledger.holds(party));
    }

    /** How well the needs would be served here now. */
    SlotFit fit(Needs needs) {
        return seen(() -> ledger.fit(needs, line.size()));
    }

    private void letGo(Party party, Runnable release) {
        locked(() -> {
            boolean held = ledger.holds(party);
            release.run();
            if (held && !ledger.holds(party)) {
                throttle.ended();
            }
        });
    }

    private Ledger.Grant grant(Party party, Needs needs, Duration patience) {
        lock.lock();
        try {
            WaitingLine.Ticket ticket = line.join(new WaitingLine.Ticket(party, needs, ledger.holds(party)));
            try {
                awaitRoom(ticket, patience);
                return ledger.grant(party, needs, clock.instant());
            } finally {
                line.leave(ticket);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(WaitingLine.Ticket ticket, Duration patience) {
        Needs needs = ticket.needs();
        long left = patience.toNanos();
        try {
            refuseWhatCannotBe(needs);
            while (!hasRoom(ticket)) {
                if (line.isInVain(ticket, ledger)) {
                    throw DeviceFullException.inVain(needs, ledger.alone(needs), slot, ledger);
                }
                if (left <= 0) {
                    throw DeviceFullException.after(patience, needs, ledger.alone(needs), slot, ledger);
                }
                left = changed.awaitNanos(left);
                refuseWhatCannotBe(needs);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Residence.interruption(needs.names(), interrupted);
        }
    }

    private void refuseWhatCannotBe(Needs needs) {
        requireOpen();
        ledger.refuseWhatCannotBe(needs);
    }

    /** Whether it is this one's turn and all fits; unloads what is idle if that helps. */
    private boolean hasRoom(WaitingLine.Ticket ticket) {
        Needs needs = ticket.needs();
        while (line.mayGo(ticket)
                && !ledger.isDraining(needs)
                && (ticket.holds() || throttle.lets(ledger.parties().size()))) {
            long lacking = ledger.lacking(needs);
            if (lacking <= 0) {
                return true;
            }
            if (!makeRoom(lacking, needs)) {
                return false;
            }
        }
        return false;
    }

    /** What others are unloading counts: it is free in a moment. */
    private boolean makeRoom(long bytes, Needs needs) {
        List<Residence> victims = ledger.victims(bytes - ledger.draining(), needs, clock.instant());
        unload(victims, EvictionReason.MADE_ROOM);
        return !victims.isEmpty();
    }

    /** Lets go of the lock while memory is freed; the bytes stay booked until it is. */
    private void unload(List<Residence> victims, EvictionReason reason) {
        if (victims.isEmpty()) {
            return;
        }
        victims.forEach(victim -> victim.enter(ResidentState.DRAINING));
        lock.unlock();
        try {
            victims.forEach(DevicePool::close);
        } finally {
            relock();
            victims.forEach(victim -> ledger.evicted(victim, reason));
            changed.signalAll();
        }
    }

    private void relock() {
        lock.lock();
    }

    private static void close(Residence victim) {
        try {
            victim.loaded().close();
        } catch (RuntimeException fault) {
            LOG.warn("'{}' could not be unloaded cleanly", victim.name(), fault);
        }
    }

    private Holding load(Party party, Needs needs, Ledger.Grant grant) {
        Holding holding = new Holding(this, party, needs, grant);
        try {
            new Loading(this, needs, grant, clock).run();
            return holding;
        } catch (RuntimeException | Error fault) {
            holding.close();
            throw fault;
        }
    }

    /** Takes something off the ledger that could not be loaded. */
    void failed(Residence residence, Throwable fault) {
        locked(() -> ledger.fail(residence, fault));
    }

    /** The same, but only if nobody else waits for it; tells whether it did. */
    boolean failedAlone(Residence residence, Throwable fault) {
        return seen(() -> {
            boolean alone = residence.users() == 1;
            if (alone) {
                ledger.fail(residence, fault);
            }
            return alone;
        });
    }

    /** The ledger takes what it is for what it was thought to be. */
    void loaded(Residence residence, Resident resident, Duration took) {
        locked(() -> {
            requireOpen();
            long growth = resident.bytes() - residence.bytes() - residence.loadingBytes();
            if (growth > ledger.free()) {
                throw DeviceFullException.outgrown(residence, resident.bytes(), slot, ledger);
            }
            residence.ready(resident, took, clock.instant());
        });
    }

    private DeviceExhaustedException ranOut(String doing, Throwable fault) {
        lock.lock();
        try {
            PoolSnapshot before = ledger.snapshot(line.size(), throttle);
            throttle.halve(ledger.parties().size());
            List<Residence> idle = ledger.idle();
            unload(idle, EvictionReason.RAN_OUT);
            DeviceExhaustedException told = new DeviceExhaustedException(
                    doing, before, idle.size(), ledger.snapshot(line.size(), throttle), fault);
            LOG.warn(
                    "{} Booked then: weights {}, loading {}, caches {}, workspace {} bytes.",
                    told.getMessage(),
                    before.weights(),
                    before.loading(),
                    before.caches(),
                    before.workspace());
            return told;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The pool of device " + slot.name() + " was closed.");
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T seen(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }
}
