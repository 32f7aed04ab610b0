package dev.kvasir.wire;

import java.util.Comparator;
import java.util.List;

/**
 * How many tokens of some texts were read back from what their caches held.
 *
 * @param attack how
 * @param tokens of the texts, each place counted
 * @param candidates among which each token was looked for, itself always one of them
 * @param layers that could be read, ascending
 * @param voted tokens on which most of these layers were right together
 */
public record Recovery(Attack attack, int tokens, int candidates, List<Layer> layers, int voted) {

    public Recovery {
        layers = List.copyOf(layers);
    }

    /** What is known to whoever reads a cache back; the model's weights are, in any case. */
    public enum Attack {
        /** Nothing of the text: a candidate is run behind the prompt's first token, which the chat template writes. */
        ALONE,
        /** All that stands before: a candidate is run behind the true text, as if it had been read back so far. */
        IN_CONTEXT
    }

    /**
     * One layer alone.
     *
     * @param recovered tokens whose values were nearest to those of the true candidate
     */
    public record Layer(int layer, int recovered) {}

    /** The tokens that the layer which tells most tells; 0 if no layer crossed. */
    public int best() {
        return layers.stream().mapToInt(Layer::recovered).max().orElse(0);
    }

    /** The layer that tells most, the lower of equals; -1 if none crossed. */
    public int bestLayer() {
        return layers.stream()
                .max(Comparator.comparingInt(Layer::recovered).thenComparing(Layer::layer, Comparator.reverseOrder()))
                .map(Layer::layer)
                .orElse(-1);
    }

    /** What the better of {@link #best} and {@link #voted} is of all tokens, 0 to 1; 0 without tokens. */
    public double rate() {
        return tokens == 0 ? 0 : (double) Math.max(best(), voted) / tokens;
    }
}
