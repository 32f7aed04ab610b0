package dev.kvasir.cache;

import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A cache that was read from a file, and what it is the cache of.
 *
 * @param cache closed with this
 */
public record RestoredCache(KvCache cache, CacheIdentity identity) implements AutoCloseable {

    /**
     * Reads more tokens behind it.
     *
     * @param target owns the logits
     * @param model whose cache this is
     * @param more at least one token
     * @return what a generator goes on from
     * @throws CacheRefusedException if the cache's positions are not 0, 1, 2, ..., behind which no generator goes on
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public Prefilled read(TensorScope target, LoadedModel model, List<Integer> more, BooleanSupplier cancelled) {
        CachedTokens before = identity.tokens();
        if (!before.positions().equals(IntStream.range(0, before.size()).boxed().toList())) {
            throw CacheRefusedException.notFromTheStart(before.positions().getFirst());
        }
        CachedTokens all = before.then(more);
        Tensor logits = new Prefill(model, cancelled).run(target, all.behind(cache));
        return new Prefilled(cache, logits, all.hidden());
    }

    @Override
    public void close() {
        cache.close();
    }
}
