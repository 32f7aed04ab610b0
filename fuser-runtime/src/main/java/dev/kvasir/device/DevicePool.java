package dev.kvasir.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One device's memory and what lies in it. Loads what is asked for and is not there, drops what is idle and oldest when
 * room is needed, and never books more than the device has. Safe for several threads.
 *
 * <p>Loading holds the pool, so that two loads never race for the same room.
 *
 * <p>Room is booked before anything is loaded: running out of memory is never how the pool finds out.
 */
public final class DevicePool implements AutoCloseable {

    private final DeviceSlot slot;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final TreeMap<String, Place<?>> places = new TreeMap<>();
    private long booked;
    private long uses;

    /**
     * Makes a pool with nothing loaded.
     *
     * @param patience how long a request waits for others to let go
     */
    public DevicePool(DeviceSlot slot, Duration patience) {
        this.slot = slot;
        this.patience = patience;
    }

    public DeviceSlot slot() {
        return slot;
    }

    /**
     * Takes something in use, loading it first if it is not there.
     *
     * @return a use, which the caller closes
     * @throws ModelTooLargeException if it can never fit
     * @throws DeviceFullException if it does not fit beside what is in use, for as long as the pool's patience lasts
     */
    public <R extends Resident> Use<R> use(ResidentRequest<R> request) {
        refuseWhatNeverFits(request.name(), request.bytes());
        lock.lock();
        try {
            if (found(request.key()) == null) {
                makeRoom(request.name(), request.bytes());
            }
            Place<R> place = found(request.key()); // another may have loaded it while this one waited for room
            if (place == null) {
                place = load(request);
            }
            place.users++;
            place.lastUse = ++uses;
            return new Use<>(this, place);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Books room for something that is not loaded by the pool, such as KV caches at their full length.
     *
     * @return the booking, which the caller closes when the room is free again
     */
    public Booking book(String name, long bytes) {
        refuseWhatNeverFits(name, bytes);
        lock.lock();
        try {
            makeRoom(name, bytes);
            booked += bytes;
            return new Booking(this, bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that are booked. */
    public long booked() {
        lock.lock();
        try {
            return booked;
        } finally {
            lock.unlock();
        }
    }

    /** The names of what is loaded, in no particular order. */
    public List<String> loaded() {
        lock.lock();
        try {
            return places.values().stream().map(place -> place.name).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Unloads everything; what is still in use is an error of its user's. */
    @Override
    public void close() {
        lock.lock();
        try {
            for (Place<?> place : new ArrayList<>(places.values())) {
                drop(place);
            }
        } finally {
            lock.unlock();
        }
    }

    private void refuseWhatNeverFits(String name, long bytes) {
        if (bytes > slot.capacity()) {
            throw new ModelTooLargeException(name, bytes, slot);
        }
    }

    /** Equal keys are asked for with equal types: a key names its kind. */
    @SuppressWarnings("unchecked") // a key starts with its kind, and each kind has one type
    private <R extends Resident> @Nullable Place<R> found(String key) {
        return (Place<R>) places.get(key);
    }

    private <R extends Resident> Place<R> load(ResidentRequest<R> request) {
        booked += request.bytes();
        try {
            Place<R> place = new Place<>(request, request.loader().get());
            places.put(request.key(), place);
            return place;
        } catch (RuntimeException failed) {
            booked -= request.bytes();
            throw failed;
        }
    }

    private void makeRoom(String name, long bytes) {
        long left = patience.toNanos();
        try {
            while (booked + bytes > slot.capacity()) {
                if (dropOldestIdle()) {
                    continue;
                }
                if (left <= 0) {
                    throw full(name, bytes);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw full(name, bytes);
        }
    }

    private DeviceFullException full(String name, long bytes) {
        return new DeviceFullException(name, bytes, slot.capacity() - booked, slot, patience);
    }

    private boolean dropOldestIdle() {
        Place<?> oldest = places.values().stream()
                .filter(place -> place.users == 0)
                .min(Comparator.comparingLong((Place<?> place) -> place.lastUse))
                .orElse(null);
        if (oldest == null) {
            return false;
        }
        drop(oldest);
        return true;
    }

    private void drop(Place<?> place) {
        places.remove(place.key);
        booked -= place.bytes;
        place.resident.close();
        changed.signalAll();
    }

    private void release(Place<?> place) {
        lock.lock();
        try {
            place.users--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void free(long bytes) {
        lock.lock();
        try {
            booked -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static final class Place<R extends Resident> {

        private final String key;
        private final String name;
        private final long bytes;
        private final R resident;
        private int users;
        private long lastUse;

        Place(ResidentRequest<R> request, R resident) {
            this.key = request.key();
            this.name = request.name();
            this.bytes = request.bytes();
            this.resident = resident;
        }
    }

    /** A right to use something loaded; it stays loaded until every use is closed. Closing twice is closing once. */
    public static final class Use<R extends Resident> implements AutoCloseable {

        private final DevicePool pool;
        private final Place<R> place;
        private boolean closed;

        private Use(DevicePool pool, Place<R> place) {
            this.pool = pool;
            this.place = place;
        }

        public R get() {
            return place.resident;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                pool.release(place);
            }
        }
    }

    /** Room on the device. Closing twice is closing once. */
    public static final class Booking implements AutoCloseable {

        private final DevicePool pool;
        private final long bytes;
        private boolean closed;

        private Booking(DevicePool pool, long bytes) {
            this.pool = pool;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                pool.free(bytes);
            }
        }
    }
}
