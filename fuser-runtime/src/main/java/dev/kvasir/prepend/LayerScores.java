package dev.kvasir.prepend;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much each layer of a sharer's cache may be worth to a receiver: {@code a * attention + (1 - a) * prior} (KVComm,
 * arXiv:2510.03346, section 3.2). Attention is what the receiver's tokens pay to the prefix, brought to 0 to 1 over the
 * layers; the prior is a Gaussian over the layers' numbers.
 *
 * @param values one for each layer
 */
public record LayerScores(List<Double> values) {

    public LayerScores {
        values = List.copyOf(values);
    }

    /**
     * What is said beside attention.
     *
     * @param attention its part {@code a} in the score, 0 to 1
     * @param mean where the prior is highest, as a part of the layers, 0 to 1
     * @param deviation in layers, above 0
     */
    public record Prior(double attention, double mean, double deviation) {

        /** Attention alone decides. */
        public static final Prior NONE = new Prior(1.0, 0.5, 10);

        public Prior {
            if (!(attention >= 0 && attention <= 1) || !(mean >= 0 && mean <= 1) || !(deviation > 0)) {
                throw new IllegalArgumentException(
                        "Attention's part and the mean are from 0 to 1 and the deviation is above 0, not %s, %s and %s."
                                .formatted(attention, mean, deviation));
            }
        }

        double at(int layer, int layers) {
            double away = (layer - mean * (layers - 1)) / deviation;
            return Math.exp(-away * away / 2);
        }
    }

    /**
     * Scores from the attention of one sample.
     *
     * @param attention per layer, as {@link LoadedModel#attentionTo} tells it
     */
    public static LayerScores of(List<Double> attention, Prior prior) {
        double least = Collections.min(attention);
        double span = Collections.max(attention) - least;
        return new LayerScores(IntStream.range(0, attention.size())
                .mapToObj(layer -> {
                    double paid = span == 0 ? 1 : (attention.get(layer) - least) / span;
                    return prior.attention() * paid + (1 - prior.attention()) * prior.at(layer, attention.size());
                })
                .toList());
    }

    /**
     * Scores from one sample, which the receiver reads behind all of the sharer's layers.
     *
     * @param sharer what it read of the sample; left as it is
     * @param cache the receiver's, empty, with room for both; holds both afterwards
     * @param own what the receiver reads of the sample, in one call
     */
    public static LayerScores measured(
            LoadedModel receiver, KvCache sharer, KvCache cache, List<Integer> own, Prior prior) {
        CachePrefix.put(sharer, cache, all(receiver.config().layers()));
        return of(receiver.attentionTo(Forward.of(own, cache), sharer.length()), prior);
    }

    /**
     * The best layers, ascending.
     *
     * @param share of all layers, above 0 up to 1, rounded up to whole layers; of equal scores the earlier layer is taken
     */
    public List<Integer> best(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("A share of the layers is above 0 and at most 1, not " + share);
        }
        int count = (int) Math.ceil(share * values.size());
        return all(values.size()).stream()
                .sorted(Comparator.comparingDouble((Integer layer) -> -values.get(layer)))
                .limit(count)
                .sorted()
                .toList();
    }

    private static Collection<Integer> all(int layers) {
        return IntStream.range(0, layers).boxed().toList();
    }
}
