package dev.kvasir.training;

/**
 * Learning rate and gate temperature over a run of {@code steps} optimiser steps.
 *
 * @param warmup steps over which the rate rises; the first step has rate 0 when this is positive
 * @param startTemperature of the first step; it falls geometrically
 * @param endTemperature reached at the last step
 */
record TrainingSchedule(int steps, int warmup, double learningRate, double startTemperature, double endTemperature) {

    TrainingSchedule {
        if (steps < 1 || warmup < 0 || (warmup > 0 && warmup >= steps)) {
            throw new IllegalArgumentException(
                    "A run has at least one step and fewer steps of warm-up than steps: %d steps, %d of warm-up"
                            .formatted(steps, warmup));
        }
        if (!(startTemperature > 0) || !(endTemperature > 0)) {
            throw new IllegalArgumentException(
                    "Temperatures are above 0: %s to %s".formatted(startTemperature, endTemperature));
        }
    }

    /** The rate of optimiser step {@code step}, counted from 1. */
    double rate(int step) {
        int done = step - 1;
        if (done < warmup) {
            return learningRate * done / warmup;
        }
        return learningRate * Math.max(0, steps - done) / Math.max(1, steps - warmup);
    }

    /** The temperature in force during optimiser step {@code step}, counted from 1: that of the steps done before it. */
    double temperature(int step) {
        double share = Math.min((step - 1) / (double) steps, 1.0);
        return startTemperature * Math.pow(endTemperature / startTemperature, share);
    }
}
