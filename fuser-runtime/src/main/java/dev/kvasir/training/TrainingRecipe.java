package dev.kvasir.training;

import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.LayerAlignment;
import dev.kvasir.fuser.PartialFusion;
import java.nio.file.Path;

/**
 * What one training run does; read from YAML or JSON by {@link #read}.
 *
 * @param receiver a model's name under {@code models/}, or a path
 * @param sharer likewise
 * @param fuser the name under {@code fusers/} that the result gets: letters, digits, '.', '_' and '-', a letter or digit first
 * @param data where the chats come from
 * @param shape of the layer fusers, and how their gates start
 * @param optimiser AdamW and its schedule
 * @param pace how long, how much at once, and when to look and save
 * @param seed of initial values, order and noise
 */
public record TrainingRecipe(
        String receiver,
        String sharer,
        String fuser,
        Data data,
        Shape shape,
        Optimiser optimiser,
        Pace pace,
        long seed) {

    /**
     * Reads a recipe, YAML if its name ends in {@code .yaml} or {@code .yml}, else JSON; what it does not say has the default named
     * here.
     *
     * @throws RecipeInvalidException naming every key that is wrong, missing, unknown or given twice
     * @throws TrainingFileMissingException if there is no such file
     */
    public static TrainingRecipe read(Path file) {
        return RecipeReader.read(file);
    }

    /**
     * Takes a recipe that was sent as JSON.
     *
     * @param json the recipe
     * @param folder that {@code data.file} is resolved against
     * @throws RecipeInvalidException likewise
     */
    public static TrainingRecipe ofJson(String json, Path folder) {
        return RecipeReader.read(JsonRecipe.parse(json, "as sent"), "as sent", folder);
    }

    /** The same over the chats in another file. */
    public TrainingRecipe withChats(Path file) {
        Data moved = new Data(file, data.heldOut(), data.longest());
        return new TrainingRecipe(receiver, sharer, fuser, moved, shape, optimiser, pace, seed);
    }

    /** The same, saved every so many steps if it says nothing of that itself. */
    public TrainingRecipe savedEvery(int steps) {
        if (pace.checkpointEvery() > 0) {
            return this;
        }
        Pace saving = new Pace(
                pace.epochs(), pace.batch(), pace.accumulation(), pace.evaluateEvery(), pace.patience(), steps);
        return new TrainingRecipe(receiver, sharer, fuser, data, shape, optimiser, saving, seed);
    }

    /**
     * The chats, JSON Lines: {@code {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}};
     * the last message is what the receiver shall learn to say.
     *
     * @param file resolved against the recipe's folder
     * @param heldOut share of the chats that only measures (0.05)
     * @param longest chats of more receiver tokens are left out (512)
     */
    public record Data(Path file, double heldOut, int longest) {}

    /**
     * What a fresh fuser looks like.
     *
     * @param hidden width of a layer fuser (1024)
     * @param intermediate inner width (1024)
     * @param layers at least 3 (3)
     * @param dropout from 0 to below 1 (0.1)
     * @param gateStart the gates' logits at the start; above 0 for short runs, which else end shut (0)
     * @param start of what else is trained (UNIFORM)
     * @param dial which part of the messages is fused, in training as it is to be in use (all)
     * @param mapping which sharer layer a receiver layer reads (LAST_ALIGNED)
     * @param alignment how the two tokenisations meet (LONGEST)
     */
    public record Shape(
            int hidden,
            int intermediate,
            int layers,
            double dropout,
            double gateStart,
            Start start,
            PartialFusion dial,
            LayerAlignment mapping,
            AlignmentMode alignment) {}

    /** How the layers of a fresh fuser start. */
    public enum Start {
        /** As torch starts linear layers: the paper's. */
        UNIFORM,
        /** Likewise, on channels brought to mean 0 and deviation 1, and with nothing added to the receiver's yet: for short runs. */
        STANDARDISED
    }

    /**
     * How parameters move.
     *
     * @param learningRate at its highest (1e-4)
     * @param weightDecay of all parameters (0.01)
     * @param warmupShare of the steps in which the rate rises (0.1)
     * @param maxGradientNorm gradients are scaled down to it (1.0)
     * @param startTemperature of the gates (1.0)
     * @param endTemperature of the gates (0.001)
     */
    public record Optimiser(
            double learningRate,
            double weightDecay,
            double warmupShare,
            double maxGradientNorm,
            double startTemperature,
            double endTemperature) {}

    /**
     * How long a run lasts, and what happens on the way.
     *
     * @param epochs over the training chats (1)
     * @param batch chats in one forward pass (8)
     * @param accumulation forward passes to one optimiser step (1)
     * @param evaluateEvery optimiser steps (100)
     * @param patience evaluations without a better held-out loss after which training stops; 0 for never (0)
     * @param checkpointEvery optimiser steps; 0 for only at the end (0)
     */
    public record Pace(int epochs, int batch, int accumulation, int evaluateEvery, int patience, int checkpointEvery) {}
}
