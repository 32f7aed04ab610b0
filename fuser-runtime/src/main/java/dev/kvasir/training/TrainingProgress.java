package dev.kvasir.training;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands after an optimiser step.
 *
 * @param loss of this step, with gates as in training
 * @param heldOutLoss with gates as a fused cache sees them; null between evaluations
 * @param gradientNorm before it was limited
 * @param gatesOpen of {@code gates}
 * @param tokensPerSecond over the run so far, evaluations not counted
 * @param remaining estimated time to the last step
 */
public record TrainingProgress(
        int step,
        int steps,
        double loss,
        @Nullable Double heldOutLoss,
        double gradientNorm,
        double learningRate,
        double temperature,
        int gatesOpen,
        int gates,
        double tokensPerSecond,
        Duration remaining) {

    /** One line for a terminal. */
    public String line() {
        String measured = heldOutLoss == null ? "" : "  held out %.4f".formatted(heldOutLoss);
        return "step %d/%d  loss %.4f%s  gates open %d/%d  %.0f tokens/s  %d s left"
                .formatted(step, steps, loss, measured, gatesOpen, gates, tokensPerSecond, remaining.toSeconds());
    }
}
