package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;

/**
 * A cache that was read from a file, and what it is the cache of.
 *
 * @param cache closed with this
 */
public record RestoredCache(KvCache cache, CacheIdentity identity) implements AutoCloseable {

    @Override
    public void close() {
        cache.close();
    }
}
