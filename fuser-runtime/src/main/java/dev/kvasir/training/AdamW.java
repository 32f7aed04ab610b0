package dev.kvasir.training;

import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.TrainingRecipe.Optimiser;

/**
 * AdamW as torch's: decay first, moments of 0.9 and 0.999, and 1e-8 added to the corrected root. Before it gradients are scaled
 * down together so that their norm is at most the recipe's.
 */
final class AdamW {

    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;

    private final TorchProgram program;
    private final FuserParameters parameters;
    private final FuserParameters firsts;
    private final FuserParameters seconds;
    private final Optimiser settings;

    AdamW(TorchProgram program, TensorScope scope, FuserParameters parameters, Optimiser settings) {
        this.program = program;
        this.parameters = parameters;
        this.firsts = parameters.zeros(scope);
        this.seconds = parameters.zeros(scope);
        this.settings = settings;
    }

    /**
     * Moves the parameters in place.
     *
     * @param step counted from 1
     * @return the gradients' norm before it was limited
     */
    double update(TensorScope scope, FuserParameters gradients, int step, double rate) {
        return program.run(
                        scope,
                        "update",
                        parameters.tensors(),
                        gradients.tensors(),
                        firsts.tensors(),
                        seconds.tensors(),
                        rate / (1 - Math.pow(FIRST, step)),
                        Math.sqrt(1 - Math.pow(SECOND, step)),
                        1 - rate * settings.weightDecay(),
                        settings.maxGradientNorm())
                .getFirst()
                .toDoubles()[0];
    }

    FuserParameters firsts() {
        return firsts;
    }

    FuserParameters seconds() {
        return seconds;
    }
}
