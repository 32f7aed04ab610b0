package dev.kvasir.decoder;

/**
 * How the next token is chosen from its logits, in this order: presence, frequency and repetition penalty, temperature,
 * top-k, top-p, min-p.
 *
 * @param temperature divides the logits, 0 or more; 0 takes the best token
 * @param topK keeps the k best tokens; 0 keeps all
 * @param topP keeps the best tokens with this probability together, (0, 1]; 1 keeps all
 * @param minP keeps tokens at least this probable relative to the best, [0, 1); 0 keeps all
 * @param penalties of tokens seen before, in prompt and reply
 * @param cut where top-k and top-p end
 */
public record SamplingSettings(double temperature, int topK, double topP, double minP, Penalties penalties, Cut cut) {

    /**
     * What tokens that were seen before lose.
     *
     * @param presence taken off the logit of a token that was seen; 0 is none
     * @param frequency taken off for each time it was seen; 0 is none
     * @param repetition positive logits are divided by it, negative multiplied; above 0, 1 is none
     */
    public record Penalties(double presence, double frequency, double repetition) {

        public static final Penalties NONE = new Penalties(0, 0, 1);

        public Penalties {
            require(Double.isFinite(presence), "presencePenalty", "a number", presence);
            require(Double.isFinite(frequency), "frequencyPenalty", "a number", frequency);
            require(repetition > 0 && Double.isFinite(repetition), "repetitionPenalty", "above 0", repetition);
        }

        boolean none() {
            return equals(NONE);
        }
    }

    /** Where top-k and top-p cut when tokens are equal or a token lies on the edge. */
    public enum Cut {
        /** Top-k keeps all that equal the k-th; top-p keeps the token at which the mass is reached. */
        GENEROUS,
        /** Top-k keeps k, equal ones by id; top-p stays within the mass, but for the best token: C2C's reference. */
        STRICT
    }

    /** The best token, always. */
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0, 1);

    /** No penalty but that of repetition, and the usual cut. */
    public SamplingSettings(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
        this(temperature, topK, topP, minP, new Penalties(0, 0, repetitionPenalty), Cut.GENEROUS);
    }

    /** The best token after penalties. */
    public static SamplingSettings greedy(Penalties penalties) {
        return new SamplingSettings(0, 0, 1, 0, penalties, Cut.GENEROUS);
    }

    public SamplingSettings {
        require(temperature >= 0 && Double.isFinite(temperature), "temperature", "0 or more", temperature);
        require(topK >= 0, "topK", "0 or more", topK);
        require(topP > 0 && topP <= 1, "topP", "above 0 and at most 1", topP);
        require(minP >= 0 && minP < 1, "minP", "at least 0 and below 1", minP);
    }

    private static void require(boolean holds, String name, String rule, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "The sampling setting " + name + " must be " + rule + ", not " + value + ".");
        }
    }
}
