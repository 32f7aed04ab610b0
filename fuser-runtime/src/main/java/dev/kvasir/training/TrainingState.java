package dev.kvasir.training;

/**
 * Where a run stands, beside its tensors.
 *
 * @param step optimiser steps done
 * @param resumedAt the step at which this process took over
 * @param firstLoss held out, before the first step; NaN if not measured
 * @param bestLoss the lowest held out; infinite if none was measured
 * @param evaluationsSinceBest how many evaluations ago that was
 */
record TrainingState(int step, int resumedAt, double firstLoss, double bestLoss, int evaluationsSinceBest) {

    static final TrainingState START = new TrainingState(0, 0, Double.NaN, Double.POSITIVE_INFINITY, 0);

    TrainingState nextStep() {
        return new TrainingState(step + 1, resumedAt, firstLoss, bestLoss, evaluationsSinceBest);
    }

    TrainingState measured(double loss) {
        double first = step == 0 ? loss : firstLoss;
        if (step > 0 && loss < bestLoss) {
            return new TrainingState(step, resumedAt, first, loss, 0);
        }
        return new TrainingState(step, resumedAt, first, bestLoss, step == 0 ? 0 : evaluationsSinceBest + 1);
    }
}
