package dev.kvasir.wire;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.KvCache;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a sharer's KV cache goes through before a receiver sees it: some layers stay where they are, noise is added to the others,
 * and what is left is rounded by a codec.
 *
 * @param codec in which it crosses
 * @param layers of the sharer that cross, ascending; null for all
 * @param noise standard deviation of the noise, as a multiple of each channel's own over the cache's positions; 0 for none
 */
public record WirePolicy(CacheCodec codec, @Nullable List<Integer> layers, double noise) {

    /** Everything crosses bit for bit. */
    public static final WirePolicy OPEN = new WirePolicy(CacheCodec.NONE, null, 0);

    /** More than this and nothing but noise is left. */
    public static final double MOST_NOISE = 10;

    public WirePolicy {
        layers = layers == null ? null : List.copyOf(new TreeSet<>(layers));
        if (!(noise >= 0 && noise <= MOST_NOISE)) {
            throw new IllegalArgumentException("Noise is 0 to 10 standard deviations, not " + noise);
        }
        if (layers != null && !layers.isEmpty() && layers.getFirst() < 0) {
            throw new IllegalArgumentException("Layers count from 0, not from " + layers.getFirst());
        }
    }

    /** Whether a layer leaves the sharer. */
    public boolean lets(int layer) {
        return layers == null || layers.contains(layer);
    }

    /** The layers that leave a sharer of {@code count} layers, ascending. */
    public List<Integer> leaving(int count) {
        return IntStream.range(0, count).filter(this::lets).boxed().toList();
    }

    /** Bytes that {@code positions} of the given layers take on the wire, headers aside: keys, values and the codec's steps. */
    public long bytes(KvCache cache, int layersCrossing, int positions) {
        List<Integer> shape = cache.shape();
        long vectors = 2L * layersCrossing * shape.get(0) * shape.get(1) * positions;
        return Math.multiplyExact(vectors, codec.vectorBytes(shape.get(3), cache.elementType()));
    }

    /**
     * Does to a cache what crossing would: it holds afterwards what would arrive, with zeros in the layers that stay.
     *
     * @param random of the noise; used only if there is some. The same stream gives the same cache
     */
    public void apply(KvCache cache, RandomGenerator random) {
        blur(cache, random);
        codec.round(cache, 0, cache.length());
    }

    /**
     * All of it but the rounding, which whoever stores the cache in the codec does.
     *
     * @param random as of {@link #apply}
     */
    public void blur(KvCache cache, RandomGenerator random) {
        if (cache.length() == 0) {
            return;
        }
        for (int layer = 0; layer < cache.layers(); layer++) {
            if (!lets(layer)) {
                WireProgram.clear(cache, layer);
            } else if (noise > 0) {
                WireProgram.blur(cache, layer, noise, random);
            }
        }
    }
}
