package dev.kvasir.study;

import java.util.List;

/**
 * Whether one question was answered rightly, by what the model had read.
 *
 * @param direct the question alone
 * @param fewShot examples and the question
 * @param enriched the question alone, on keys and values that had seen the examples
 * @param layers the same, but in one layer only, for each layer; empty if that was not asked for
 * @param length positions of the direct and of the enriched cache
 * @param fewShotLength positions of the cache that holds the examples too
 */
public record EnrichmentOutcome(
        String id,
        boolean direct,
        boolean fewShot,
        boolean enriched,
        List<Boolean> layers,
        int length,
        int fewShotLength) {

    public EnrichmentOutcome {
        layers = List.copyOf(layers);
    }
}
