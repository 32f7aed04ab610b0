package dev.kvasir.decoder;

/**
 * How the next token is chosen from its logits, in this order: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param temperature divides the logits, 0 or more; 0 takes the best token
 * @param topK keeps the k best tokens; 0 keeps all
 * @param topP keeps the fewest best tokens with this probability together, (0, 1]; 1 keeps all
 * @param minP keeps tokens at least this probable relative to the best, [0, 1); 0 keeps all
 * @param repetitionPenalty positive logits of tokens seen before are divided by it, negative multiplied; above 0, 1 is none
 */
public record SamplingSettings(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
    /** The best token, always. */
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0, 1);

    public SamplingSettings {
        require(temperature >= 0 && Double.isFinite(temperature), "temperature", "0 or more", temperature);
        require(topK >= 0, "topK", "0 or more", topK);
        require(topP > 0 && topP <= 1, "topP", "above 0 and at most 1", topP);
        require(minP >= 0 && minP < 1, "minP", "at least 0 and below 1", minP);
        require(
                repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
                "repetitionPenalty",
                "above 0",
                repetitionPenalty);
    }

    private static void require(boolean holds, String name, String rule, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "The sampling setting " + name + " must be " + rule + ", not " + value + ".");
        }
    }
}
