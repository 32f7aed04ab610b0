package dev.kvasir.agent;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Booking;

/** A KV cache and the bytes booked for it; closed together. */
record CacheRoom(KvCache cache, Booking booking) implements AutoCloseable {

    /** An empty cache of one row; the model may have been loaded anew to have room for it. */
    static CacheRoom open(ModelUse use, int capacity) {
        return open(use, capacity, use.room(capacity));
    }

    /** An empty cache of one row in a room that was booked for it. */
    static CacheRoom open(ModelUse use, int capacity, Booking booking) {
        return new CacheRoom(use.get().weights().newCache(1, capacity), booking);
    }

    @Override
    public void close() {
        cache.close();
        booking.close();
    }
}
