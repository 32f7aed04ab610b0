package dev.kvasir.operation.training;

import org.jspecify.annotations.Nullable;

/**
 * What was measured at one optimiser step.
 *
 * @param heldOutLoss null between evaluations
 * @param gatesOpen of {@code gates}
 * @param remainingMs estimated time to the last step
 */
public record TrainingPoint(
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
        long remainingMs) {}
