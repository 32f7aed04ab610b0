package dev.kvasir.inquiry;

import dev.kvasir.quiz.Accuracy;
import dev.kvasir.study.EnrichmentOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * One way to answer: direct, few-shot, enriched, or one layer enriched.
 *
 * @param length mean positions of the cache that was answered on
 * @param accuracy 0 to 1, like the ends of its 95 % interval (Wilson)
 */
public record EnrichmentRow(String arm, double length, int right, int of, double accuracy, double low, double high) {

    /** At least one outcome. */
    static List<EnrichmentRow> of(List<EnrichmentOutcome> outcomes) {
        List<EnrichmentRow> rows = new ArrayList<>();
        rows.add(row("direct", outcomes, EnrichmentOutcome::length, EnrichmentOutcome::direct));
        rows.add(row("few-shot", outcomes, EnrichmentOutcome::fewShotLength, EnrichmentOutcome::fewShot));
        rows.add(row("enriched", outcomes, EnrichmentOutcome::length, EnrichmentOutcome::enriched));
        for (int i = 0; i < outcomes.getFirst().layers().size(); i++) {
            int layer = i;
            rows.add(row(
                    "layer " + layer,
                    outcomes,
                    EnrichmentOutcome::length,
                    outcome -> outcome.layers().get(layer)));
        }
        return rows;
    }

    private static EnrichmentRow row(
            String arm,
            List<EnrichmentOutcome> outcomes,
            ToIntFunction<EnrichmentOutcome> length,
            Predicate<EnrichmentOutcome> isRight) {
        int right = (int) outcomes.stream().filter(isRight).count();
        Accuracy accuracy = new Accuracy(right, outcomes.size());
        double mean = outcomes.stream().mapToInt(length).average().orElse(0);
        return new EnrichmentRow(arm, mean, right, outcomes.size(), accuracy.share(), accuracy.low(), accuracy.high());
    }
}
