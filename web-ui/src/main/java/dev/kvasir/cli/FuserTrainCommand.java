package dev.kvasir.cli;

import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.LayerAlignment;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.training.FuserTrainingRun;
import dev.kvasir.training.RecipeInvalidException;
import dev.kvasir.training.TrainingDataInvalidException;
import dev.kvasir.training.TrainingFileMissingException;
import dev.kvasir.training.TrainingRecipe;
import dev.kvasir.training.TrainingRecipe.Start;
import dev.kvasir.training.TrainingReport;
import dev.kvasir.training.TrainingSpaceException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a fuser for a pair of models; a run that was stopped goes on where it was saved. */
@Command(
        name = "train",
        description = "Trains a fuser by a recipe, or with the usual one for two models and a file of chats.",
        mixinStandardHelpOptions = true)
final class FuserTrainCommand implements Runnable {

    /** Where the gates' logits start: a short run that starts them at 0 ends with half of them shut. */
    private static final double OPEN_GATES = 1;

    @Parameters(
            paramLabel = "RECIPE",
            arity = "0..1",
            description = "A recipe, .yaml or .json; the options for models and training are not used then.")
    private @Nullable Path recipe;

    @Option(
            names = {"-s", "--sharer"},
            paramLabel = "SHARER",
            description = "A model.")
    private @Nullable String sharer;

    @Option(
            names = {"-r", "--receiver"},
            paramLabel = "RECEIVER",
            description = "A model.")
    private @Nullable String receiver;

    @Option(names = "--data", paramLabel = "FILE", description = "Chats, JSON Lines.")
    private @Nullable Path data;

    @Option(names = "--out", paramLabel = "NAME", description = "The fuser's name; trained if not given.")
    private String out = "trained";

    @Option(names = "--epochs", paramLabel = "N", description = "Times over the chats; 1 if not given.")
    private int epochs = 1;

    @Option(names = "--batch", paramLabel = "N", description = "Chats at a time; 8 if not given.")
    private int batch = 8;

    @Option(names = "--lr", paramLabel = "RATE", description = "The highest learning rate; 1e-4 if not given.")
    private double learningRate = 1e-4;

    @Option(names = "--hidden", paramLabel = "N", description = "Width of the layer fusers; 1024 if not given.")
    private int hidden = 1024;

    @Option(names = "--seed", paramLabel = "N", description = "Of initial values, order and noise; 42 if not given.")
    private long seed = 42;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        try (TrainingOutput progress = new TrainingOutput(output)) {
            TrainingReport report =
                    new FuserTrainingRun(chosen(), KvasirHome.locate().folder(), InstantSource.system()).run(progress);
            output.progress("Fuser %s after %d steps: %s; %d of %d gates open."
                    .formatted(report.fuser(), report.steps(), heldOut(report), report.gatesOpen(), report.gates()));
        } catch (TrainingFileMissingException missing) {
            throw new CommandFailedException(ExitCode.NOT_FOUND, String.valueOf(missing.getMessage()), missing);
        } catch (RecipeInvalidException | TrainingDataInvalidException | TrainingSpaceException refused) {
            throw new CommandFailedException(ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    private static String heldOut(TrainingReport report) {
        return Double.isFinite(report.bestHeldOutLoss())
                ? String.format(
                        Locale.ROOT,
                        "held-out loss %.4f, before %.4f",
                        report.bestHeldOutLoss(),
                        report.heldOutLossAtStart())
                : "no chats were held out to measure it";
    }

    private TrainingRecipe chosen() {
        if (recipe != null) {
            return TrainingRecipe.read(recipe);
        }
        if (sharer == null || receiver == null || data == null) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "Give a recipe, or -s SHARER, -r RECEIVER and --data FILE.");
        }
        return new TrainingRecipe(
                receiver,
                sharer,
                out,
                new TrainingRecipe.Data(data.toAbsolutePath().normalize(), 0.05, 512),
                new TrainingRecipe.Shape(
                        hidden,
                        hidden,
                        3,
                        0.1,
                        OPEN_GATES,
                        Start.STANDARDISED,
                        PartialFusion.ALL,
                        LayerAlignment.LAST_ALIGNED,
                        AlignmentMode.SPAN),
                new TrainingRecipe.Optimiser(learningRate, 0.01, 0.1, 1, 1, 0.001),
                new TrainingRecipe.Pace(epochs, batch, 1, 100, 0, 100),
                seed);
    }
}
