package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.quiz.Accuracy;
import dev.kvasir.quiz.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a model choose among the options of a quiz, by what it finds most probable. */
@Command(
        name = "score",
        description = "Answers a multiple-choice quiz by likelihood: by the options' letters and by their texts.",
        mixinStandardHelpOptions = true)
final class ScoreCommand implements Runnable {

    private static final int PROGRESS_EVERY = 25;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--quiz",
            required = true,
            paramLabel = "FILE",
            description = "JSON Lines with input.question, options and expected.")
    private Path quiz = Path.of("");

    @Option(
            names = "--cue",
            paramLabel = "TEXT",
            description = "How the reply begins, such as 'The correct answer is'; nothing if not given.")
    private String cue = "";

    @Option(names = "--hide-options", description = "Ask the question without showing the options.")
    private boolean hideOptions;

    @Option(names = "--limit", paramLabel = "N", description = "Ask only N questions, drawn by --seed.")
    private @Nullable Integer limit;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed draws the same questions; 0 if not given.")
    private long seed;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        List<Question> items = QuizFile.drawn(QuizFile.read(quiz), limit, seed);
        QuizScore.Asking asking = hideOptions ? QuizScore.Asking.OPTIONS_HIDDEN : QuizScore.Asking.OPTIONS_SHOWN;
        List<QuizScore> scores = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(model.argument().path());
                LoadedModel loaded = compute.load(checkpoint)) {
            for (Question item : items) {
                scores.add(QuizScore.of(item, asking, cue, loaded, checkpoint));
                if (output.isJson()) {
                    output.json(scores.getLast());
                }
                if (scores.size() % PROGRESS_EVERY == 0) {
                    output.progress("%d of %d questions".formatted(scores.size(), items.size()));
                }
            }
        }
        for (String line : summary(scores)) {
            if (output.isJson()) {
                output.progress(line);
            } else {
                output.line(line);
            }
        }
    }

    private List<String> summary(List<QuizScore> scores) {
        List<String> lines = new ArrayList<>();
        if (!hideOptions) {
            lines.add("by letter           "
                    + accuracy(scores, QuizScore::letters).line());
        }
        lines.add("by text, sum        " + accuracy(scores, QuizScore::texts).line());
        lines.add(
                "by text, per token  " + accuracy(scores, QuizScore::textMeans).line());
        return lines;
    }

    private static Accuracy accuracy(List<QuizScore> scores, Function<QuizScore, List<Double>> kind) {
        int right = 0;
        for (QuizScore score : scores) {
            if (QuizScore.best(kind.apply(score)) == score.answer()) {
                right++;
            }
        }
        return new Accuracy(right, scores.size());
    }
}
