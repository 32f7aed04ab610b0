package dev.kvasir.cli;

import dev.kvasir.training.FuserTrainingRun;
import dev.kvasir.training.TrainingProgress;
import dev.kvasir.training.TrainingRecipe;
import dev.kvasir.training.TrainingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Trains a fuser by a recipe. */
@Command(
        name = "train",
        description =
                "Trains a fuser by a recipe; a stopped run of the same recipe continues from its last checkpoint.",
        mixinStandardHelpOptions = true)
final class FuserTrainCommand implements Runnable {

    private static final int LINES_EVERY_STEPS = 10;

    @Parameters(paramLabel = "RECIPE", description = "A JSON file.")
    private Path recipe = Path.of("");

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (!Files.isRegularFile(recipe)) {
            throw new CommandFailedException(ExitCode.NOT_FOUND, "There is no recipe %s.".formatted(recipe));
        }
        Path home = KvasirHome.locate().folder();
        TrainingReport report =
                new FuserTrainingRun(TrainingRecipe.read(recipe), home, InstantSource.system()).run(this::tell);
        if (output.isJson()) {
            output.json(report);
            return;
        }
        output.line(String.format(
                Locale.ROOT,
                "%s: %d steps on %d chats in %d s, held-out loss %.4f to %.4f, %d of %d gates open",
                report.fuser(),
                report.steps(),
                report.trainingSamples(),
                report.duration().toSeconds(),
                report.heldOutLossAtStart(),
                report.bestHeldOutLoss(),
                report.gatesOpen(),
                report.gates()));
    }

    private void tell(TrainingProgress progress) {
        boolean measured = progress.heldOutLoss() != null;
        if (measured || progress.step() % LINES_EVERY_STEPS == 0 || progress.step() == 1) {
            output.progress(progress.line());
        }
    }
}
