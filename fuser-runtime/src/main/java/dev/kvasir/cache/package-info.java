/** KV caches as values: what a cache is the cache of, its file, its codecs, and a store of prefixes that are read once. */
@NullMarked
package dev.kvasir.cache;

import org.jspecify.annotations.NullMarked;
