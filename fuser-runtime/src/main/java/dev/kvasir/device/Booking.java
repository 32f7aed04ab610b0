package dev.kvasir.device;

import java.util.concurrent.atomic.AtomicBoolean;

/** Room on a device for what the pool does not load itself. Closing twice is closing once. */
public final class Booking implements AutoCloseable {

    private final DevicePool pool;
    private final Party party;
    private final Needs.CacheRequest cache;
    private final AtomicBoolean closed = new AtomicBoolean();

    Booking(DevicePool pool, Party party, Needs.CacheRequest cache) {
        this.pool = pool;
        this.party = party;
        this.cache = cache;
    }

    public long bytes() {
        return cache.bytes();
    }

    /** Whether the room is still booked. */
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            pool.release(party, cache);
        }
    }
}
