package dev.kvasir.prepend;

import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.cache.Lineage;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.TensorScope;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chosen layers of what a sharer read, put before what a receiver is going to read; nothing is trained.
 *
 * <p>KVComm (arXiv:2510.03346), section 3; its sender is our sharer. The receiver's positions begin behind the sharer's in all
 * layers; in a layer that was not chosen nothing stands before them, and nothing attends there. Keys keep their rotation: both
 * models turn alike, and the sharer's positions began at 0.
 */
public final class CachePrefix {

    private CachePrefix() {}

    /**
     * Puts layers of the sharer's cache into the receiver's, which then holds the sharer's positions.
     *
     * @param sharer of one row and any model of the receiver's architecture; left as it is
     * @param receiver of one row, empty, with room for the sharer's positions
     * @param layers that are taken, from 0; none leaves the receiver alone at its later positions
     * @throws IllegalArgumentException if the caches or the layers do not fit
     */
    public static void put(KvCache sharer, KvCache receiver, Collection<Integer> layers) {
        if (receiver.length() > 0 || sharer.length() == 0 || sharer.rows() != 1 || receiver.rows() != 1) {
            throw new IllegalArgumentException(
                    "A cache of one row that holds something is put before an empty one, not %d positions of %d rows before %d of %d."
                            .formatted(sharer.length(), sharer.rows(), receiver.length(), receiver.rows()));
        }
        Set<Integer> taken = new TreeSet<>(layers);
        requireLayers(taken, receiver.layers());
        try (TensorScope step = TensorScope.root(receiver.device())) {
            for (int layer : taken) {
                receiver.write(layer, 0, sharer.keys(step, layer), sharer.values(step, layer));
            }
        }
        receiver.extend(sharer.length());
        for (int layer = 0; layer < receiver.layers(); layer++) {
            if (!taken.contains(layer)) {
                receiver.blank(layer, sharer.length());
            }
        }
    }

    private static void requireLayers(Set<Integer> layers, int count) {
        for (int layer : layers) {
            if (layer < 0 || layer >= count) {
                throw new IllegalArgumentException(
                        "The models have layers 0 to %d; there is no layer %d.".formatted(count - 1, layer));
            }
        }
    }

    /**
     * Refuses two models whose layers do not mean the same.
     *
     * @throws OtherArchitectureException naming the first difference
     */
    public static void requireOneArchitecture(LoadedModel sharer, LoadedModel receiver) {
        ModelConfig from = sharer.config();
        ModelConfig to = receiver.config();
        requireSame(sharer, receiver, "the family", from.family(), to.family());
        requireSame(sharer, receiver, "the number of layers", from.layers(), to.layers());
        requireSame(sharer, receiver, "the number of KV heads", from.kvHeads(), to.kvHeads());
        requireSame(sharer, receiver, "a head's width", from.headDim(), to.headDim());
        requireSame(sharer, receiver, "the rotation", from.rope(), to.rope());
        requireSame(sharer, receiver, "the rotation in sliding layers", from.slidingRope(), to.slidingRope());
        requireSame(sharer, receiver, "what each layer sees", from.windows(), to.windows());
        requireSame(sharer, receiver, "what caches hold", sharer.elementType(), receiver.elementType());
    }

    private static void requireSame(
            LoadedModel sharer, LoadedModel receiver, String what, Object sharers, Object receivers) {
        if (!sharers.equals(receivers)) {
            throw new OtherArchitectureException(sharer.name(), receiver.name(), what, sharers, receivers);
        }
    }

    /**
     * What the receiver's cache is the cache of, once it has read its own tokens.
     *
     * @param receiver of its caches
     * @param sharer of the sharer's whole cache
     * @param own that the receiver read behind it, at the positions that follow
     */
    public static CacheIdentity identity(
            CacheOrigin receiver, CacheIdentity sharer, Collection<Integer> layers, List<Integer> own) {
        CachedTokens tokens = sharer.tokens().then(own);
        List<Integer> taken = List.copyOf(new TreeSet<>(layers));
        return CacheIdentity.plain(receiver, tokens)
                .with(new Lineage.Prepended(sharer.tokens().size(), taken, sharer.digest()));
    }
}
