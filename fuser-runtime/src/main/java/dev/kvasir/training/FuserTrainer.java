package dev.kvasir.training;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.TrainingPass.Draw;
import dev.kvasir.training.TrainingRecipe.Pace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains a fuser's parameters in place: C2C (arXiv:2510.03215), section 3.4, with masters in F32, both models frozen and the
 * sharer's caches computed beforehand.
 *
 * <p>All that is random follows from the recipe's seed and the step, so a run that continues from a saved state takes the very steps
 * that an uninterrupted one takes.
 */
final class FuserTrainer {

    private final TrainingRecipe recipe;
    private final Parts parts;
    private final BatchOrder order;
    private final TrainingSchedule schedule;
    private final InstantSource time;

    private TrainingState state;
    private Duration worked = Duration.ZERO;
    private long tokens;

    FuserTrainer(TrainingRecipe recipe, Parts parts, TrainingState state, InstantSource time) {
        this.recipe = recipe;
        this.parts = parts;
        this.order = new BatchOrder(parts.training().samples(), recipe.pace().batch(), recipe.seed());
        this.schedule = schedule(recipe, order.perEpoch());
        this.state = state;
        this.time = time;
    }

    private static TrainingSchedule schedule(TrainingRecipe recipe, int batchesPerEpoch) {
        Pace pace = recipe.pace();
        int steps = Math.ceilDiv(pace.epochs() * batchesPerEpoch, pace.accumulation());
        TrainingRecipe.Optimiser optimiser = recipe.optimiser();
        return new TrainingSchedule(
                steps,
                (int) Math.floor(steps * optimiser.warmupShare()),
                optimiser.learningRate(),
                optimiser.startTemperature(),
                optimiser.endTemperature());
    }

    /**
     * Trains until the last step, or until the held-out loss has not fallen for as long as the recipe's patience.
     *
     * @param checkpoint told after every step that is to be saved
     */
    TrainingState train(Consumer<TrainingProgress> listener, Consumer<TrainingState> checkpoint) {
        if (state.step() == 0) {
            state = state.measured(heldOutLoss());
        }
        while (state.step() < schedule.steps() && !outOfPatience()) {
            state = state.nextStep();
            StepResult result = step(state.step());
            Double measured = measureIfDue();
            listener.accept(progress(result, measured));
            int every = recipe.pace().checkpointEvery();
            if (every > 0 && state.step() % every == 0) {
                checkpoint.accept(state);
            }
        }
        return state;
    }

    private boolean outOfPatience() {
        int patience = recipe.pace().patience();
        return patience > 0 && state.evaluationsSinceBest() >= patience;
    }

    private StepResult step(int step) {
        long began = time.millis();
        int accumulation = recipe.pace().accumulation();
        try (TensorScope scope = TensorScope.root()) {
            FuserParameters sums = parts.parameters().zeros(scope);
            double loss = 0;
            for (int micro = 0; micro < accumulation; micro++) {
                loss += accumulate(sums, step, (step - 1) * accumulation + micro) / accumulation;
            }
            double norm = parts.optimiser().update(scope, sums, step, schedule.rate(step));
            worked = worked.plusMillis(time.millis() - began);
            return new StepResult(loss, norm);
        }
    }

    private double accumulate(FuserParameters sums, int step, int number) {
        List<Integer> indexes = order.batch(number);
        try (TensorScope scope = TensorScope.root()) {
            TrainingBatch batch = parts.training().batch(indexes, parts.pad());
            FrozenSlices frozen = parts.training()
                    .caches()
                    .slices(scope, batch, parts.training().places(indexes));
            Draw draw = new Draw(
                    new SeededNoise(recipe.seed(), number),
                    schedule.temperature(step),
                    1 - recipe.shape().dropout());
            List<Tensor> found = parts.pass().gradients(scope, batch, frozen, draw);
            parts.pass()
                    .add(
                            scope,
                            sums,
                            found.subList(1, found.size()),
                            1.0 / recipe.pace().accumulation());
            tokens += batch.tokens();
            return found.getFirst().toDoubles()[0];
        }
    }

    private @Nullable Double measureIfDue() {
        boolean due = state.step() % recipe.pace().evaluateEvery() == 0 || state.step() == schedule.steps();
        if (!due || parts.heldOut().samples().isEmpty()) {
            return null;
        }
        double loss = heldOutLoss();
        state = state.measured(loss);
        if (state.evaluationsSinceBest() == 0) {
            parts.keepBest();
        }
        return loss;
    }

    /** The mean over held-out samples; NaN if there are none. */
    double heldOutLoss() {
        List<TrainingSample> samples = parts.heldOut().samples();
        if (samples.isEmpty()) {
            return Double.NaN;
        }
        BatchOrder batches = new BatchOrder(samples, recipe.pace().batch(), 0);
        double sum = 0;
        for (int number = 0; number < batches.perEpoch(); number++) {
            List<Integer> indexes = batches.batch(number);
            try (TensorScope scope = TensorScope.root()) {
                TrainingBatch batch = parts.heldOut().batch(indexes, parts.pad());
                FrozenSlices frozen = parts.heldOut()
                        .caches()
                        .slices(scope, batch, parts.heldOut().places(indexes));
                sum += parts.pass().loss(scope, batch, frozen) * indexes.size();
            }
        }
        return sum / samples.size();
    }

    private TrainingProgress progress(StepResult result, @Nullable Double measured) {
        double seconds = Math.max(worked.toMillis(), 1) / 1000.0;
        int left = schedule.steps() - state.step();
        Duration remaining = worked.multipliedBy(left).dividedBy(Math.max(1, state.step() - state.resumedAt()));
        return new TrainingProgress(
                state.step(),
                schedule.steps(),
                result.loss(),
                measured,
                result.gradientNorm(),
                schedule.rate(state.step()),
                schedule.temperature(state.step()),
                parts.parameters().openGates(),
                parts.parameters().gates(),
                tokens / seconds,
                remaining);
    }

    private record StepResult(double loss, double gradientNorm) {}

    /**
     * Samples and what is kept of both models' caches of them.
     *
     * @param places of the samples in the caches
     */
    record Samples(List<TrainingSample> samples, FrozenCaches caches, List<Integer> places) {

        Samples {
            samples = List.copyOf(samples);
            places = List.copyOf(places);
        }

        List<Integer> places(List<Integer> indexes) {
            return indexes.stream().map(places::get).toList();
        }

        TrainingBatch batch(List<Integer> indexes, int pad) {
            return TrainingBatch.of(indexes.stream().map(samples::get).toList(), pad);
        }
    }

    /**
     * What a run works on.
     *
     * @param best a copy of the parameters at their lowest held-out loss
     */
    record Parts(
            TrainingPass pass,
            AdamW optimiser,
            FuserParameters parameters,
            FuserParameters best,
            Samples training,
            Samples heldOut,
            int pad) {

        void keepBest() {
            best.copyFrom(parameters);
        }
    }
}
