package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.function.BooleanSupplier;

/**
 * Reads prompts, and what they begin with alike only once: the longest prefix that a store has is copied, the rest is read.
 *
 * <p>Only whole stretches of {@value #STRETCH} tokens are copied and stored, a multiple of what a call of {@link Prefill} reads.
 * So the rest is read in the very stretches in which the whole prompt would be, and gives the same numbers bit for bit: what a
 * store happens to hold never shows in a reply. A shorter prompt is read in one go anyway.
 */
public final class CachedPrefill {

    /** Tokens of a row that one native call takes at most; others take a half, a quarter and so on. */
    static final int STRETCH = Prefill.CHUNK;

    private final LoadedModel model;
    private final PrefixStore store;
    private final BooleanSupplier cancelled;

    /**
     * @param store of this model
     * @param cancelled asked between stretches of a prompt
     */
    public CachedPrefill(LoadedModel model, PrefixStore store, BooleanSupplier cancelled) {
        this.model = model;
        this.store = store;
        this.cancelled = cancelled;
    }

    /**
     * What became of a prompt.
     *
     * @param logits of its last token, {@code [1, 1, vocabulary]}, in the caller's scope
     * @param copied tokens that were found, a multiple of {@value #STRETCH}
     * @param read tokens that were run through the model; at least the last
     */
    public record Result(Tensor logits, int copied, int read) {}

    /**
     * Reads a prompt into an empty cache and stores it for the next.
     *
     * @param target owns the logits
     * @param origin of the model's caches, for one tenant
     * @param prompt at least one token
     * @param cache of one row, empty, with room for the prompt
     * @throws java.util.concurrent.CancellationException if it was cancelled; the cache then holds what was done
     */
    public Result run(TensorScope target, CacheOrigin origin, CachedTokens prompt, KvCache cache) {
        int copied = copy(CacheIdentity.plain(origin, prompt.first(whole(prompt.size() - 1))), cache);
        Tensor logits = new Prefill(model, cancelled).run(target, prompt.behind(cache));
        int whole = whole(prompt.size());
        if (whole > 0) {
            store.put(CacheIdentity.plain(origin, prompt.first(whole)), cache);
        }
        return new Result(logits, copied, prompt.size() - copied);
    }

    private int copy(CacheIdentity wanted, KvCache cache) {
        try (PrefixLease lease = store.find(wanted)) {
            lease.copyTo(cache);
            cache.truncate(whole(lease.length()));
            return cache.length();
        }
    }

    /** The tokens of the whole stretches among so many. */
    private static int whole(int tokens) {
        return tokens - tokens % STRETCH;
    }
}
