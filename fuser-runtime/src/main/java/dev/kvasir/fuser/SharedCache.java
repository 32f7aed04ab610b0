package dev.kvasir.fuser;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedPrefill;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.torch.TensorScope;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A sharer's KV cache of a conversation that a receiver reads too, position for position; kept until it is fused.
 *
 * <p>It is never written by fusing, so that one cache can be fused into several receivers. Closing it frees the cache. For one thread
 * at a time.
 */
public final class SharedCache implements AutoCloseable {

    private final LoadedModel sharer;
    private final KvCache cache;
    private Duration prefill = Duration.ZERO;
    private int copied;

    private SharedCache(LoadedModel sharer, KvCache cache) {
        this.sharer = sharer;
        this.cache = cache;
    }

    /** An empty cache, with room for {@code capacity} positions. */
    public static SharedCache create(LoadedModel sharer, int rows, int capacity) {
        return new SharedCache(sharer, sharer.newCache(rows, capacity));
    }

    /** The cache of a prompt's first {@code length} tokens: all that are fused, at least. */
    public static SharedCache prefill(LoadedModel sharer, PromptRows prompt, int length, BooleanSupplier cancelled) {
        SharedCache shared = create(sharer, prompt.rows(), Math.max(length, 1));
        try {
            shared.read(prompt, length, cancelled);
            return shared;
        } catch (RuntimeException | Error fault) {
            shared.close();
            throw fault;
        }
    }

    /**
     * Reads a prompt, and of it only what was not read before.
     *
     * @param prefill of the sharer
     * @param origin of the sharer's caches, for one tenant
     * @param prompt all that is fused, at least; none if nothing is
     */
    public static SharedCache prefill(
            LoadedModel sharer, CachedPrefill prefill, CacheOrigin origin, CachedTokens prompt) {
        SharedCache shared = create(sharer, 1, Math.max(prompt.size(), 1));
        try {
            if (prompt.size() > 0) {
                shared.read(prefill, origin, prompt);
            }
            return shared;
        } catch (RuntimeException | Error fault) {
            shared.close();
            throw fault;
        }
    }

    private void read(CachedPrefill reading, CacheOrigin origin, CachedTokens prompt) {
        long start = System.nanoTime();
        try (TensorScope step = TensorScope.root()) {
            copied = reading.run(step, origin, prompt, cache).copied();
        }
        prefill = prefill.plusNanos(System.nanoTime() - start);
    }

    /**
     * Reads on to {@code to} tokens; what it has read before is not read again.
     *
     * @param conversation from its start
     * @param cancelled asked between stretches of the prompt
     * @throws java.util.concurrent.CancellationException if it was cancelled; it may be read on later
     */
    public void read(PromptRows conversation, int to, BooleanSupplier cancelled) {
        if (to <= cache.length()) {
            return;
        }
        long start = System.nanoTime();
        try (TensorScope step = TensorScope.root()) {
            new Prefill(sharer, cancelled).run(step, conversation.forward(cache, to, 1));
        }
        prefill = prefill.plusNanos(System.nanoTime() - start);
    }

    /**
     * Rounds what was read so far as if it had been stored with a codec, or had crossed to the receiver so. What is read later
     * attends to the rounded cache.
     */
    public void round(CacheCodec codec) {
        codec.round(cache, 0, cache.length());
    }

    /**
     * Lets what was read so far be changed as crossing to the receiver changes it: noise, rounding, layers that stay. What is read
     * later attends to the changed cache.
     *
     * @param crossing changes the cache where it lies, or looks at it
     */
    public void cross(Consumer<KvCache> crossing) {
        crossing.accept(cache);
    }

    /** The cache of what an aligned prompt needs of its sharer, laid out {@link #beside beside} the receiver's tokens. */
    public static SharedCache prefill(LoadedModel sharer, AlignedPrompt prompt, BooleanSupplier cancelled) {
        return prefill(sharer, FuseRequest.sharerPrompt(prompt), prompt.sharerLength(), cancelled)
                .beside(prompt);
    }

    /**
     * What it has read, laid out beside the receiver's tokens: position {@code i} is then that of token {@code i}'s partner. Keys
     * keep the rotation of where the sharer read them.
     *
     * @return this one if it lies so already, else another in its stead: this one is closed, and cannot be read on
     */
    public SharedCache beside(AlignedPrompt prompt) {
        List<Integer> partners = prompt.fusiblePartners();
        if (IntStream.range(0, partners.size()).allMatch(i -> partners.get(i) == i)) {
            return this;
        }
        try (this) {
            SharedCache beside = new SharedCache(sharer, cache.gather(partners));
            beside.prefill = prefill;
            beside.copied = copied;
            return beside;
        }
    }

    public LoadedModel sharer() {
        return sharer;
    }

    /** Positions it has read. */
    public int length() {
        return cache.length();
    }

    /** Bytes of the positions it has read. */
    public long bytes() {
        return sharer.cacheBytes(cache.rows(), Math.max(cache.length(), 1));
    }

    /** Positions that it had no need to read. */
    public int copied() {
        return copied;
    }

    /** Time spent reading. */
    public Duration prefillTime() {
        return prefill;
    }

    KvCache cache() {
        return cache;
    }

    @Override
    public void close() {
        cache.close();
    }
}
