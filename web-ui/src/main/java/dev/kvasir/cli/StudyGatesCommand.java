package dev.kvasir.cli;

import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.study.GateStudy;
import dev.kvasir.study.LayerGates;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what a fuser's gates and weights do. */
@Command(
        name = "gates",
        description = "Gates and dynamic weights per layer and KV head, over the prompts of a quiz.",
        mixinStandardHelpOptions = true)
final class StudyGatesCommand implements Runnable {

    @Mixin
    private PairOptions team = new PairOptions();

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Option(names = "--gate", description = "trained (the default), open or closed.")
    private Gates gate = Gates.TRAINED;

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        List<String> turns = quiz.turns();
        FusionSettings settings = FusionSettings.TRAINED.with(gate);
        team.with(pair -> print(GateStudy.run(pair, turns, settings, StudyQuiz.progress(output, turns.size()))));
    }

    private void print(List<LayerGates> layers) {
        if (output.isJson()) {
            layers.forEach(output::json);
            return;
        }
        output.line("layer part    gate  added    weight  of each head: mean ± deviation [least, most]");
        for (LayerGates layer : layers) {
            output.line(String.format(
                    Locale.ROOT,
                    "%5d %-6s  %-4s  %6.3f  %6.3f  %s",
                    layer.layer(),
                    layer.part().name().toLowerCase(Locale.ROOT),
                    layer.open() ? "open" : "shut",
                    layer.change(),
                    layer.mean(),
                    layer.heads().stream().map(StudyGatesCommand::head).collect(Collectors.joining("  "))));
        }
        long open = layers.stream().filter(LayerGates::open).count();
        output.progress("%d of %d gates are open; 'added' is the length of what is added by the receiver's own"
                .formatted(open, layers.size()));
    }

    private static String head(LayerGates.Head head) {
        return String.format(
                Locale.ROOT, "%.3f ± %.3f [%.3f, %.3f]", head.mean(), head.deviation(), head.least(), head.most());
    }
}
