package dev.kvasir.agent;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.DevicePool;

/** A KV cache and the bytes booked for it; closed together. */
record CacheRoom(KvCache cache, DevicePool.Booking booking) implements AutoCloseable {

    /** An empty cache of one row. */
    static CacheRoom open(LocalModels models, LocalModel model, int capacity) {
        DevicePool.Booking booking = models.book(model.name(), model.weights().cacheBytes(1, capacity));
        return new CacheRoom(model.weights().newCache(1, capacity), booking);
    }

    @Override
    public void close() {
        cache.close();
        booking.close();
    }
}
