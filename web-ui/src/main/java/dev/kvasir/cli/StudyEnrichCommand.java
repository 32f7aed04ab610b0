package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.study.EnrichmentOutcome;
import dev.kvasir.study.EnrichmentStudy;
import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyQuestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells whether a cache that has seen examples is better than one of the same length that has not. */
@Command(
        name = "enrich",
        description = "Answers directly, behind examples, and on the question's part of the cache behind examples.",
        mixinStandardHelpOptions = true)
final class StudyEnrichCommand implements Runnable {

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Option(names = "--shots", paramLabel = "N", description = "Examples before each question; 4 if not given.")
    private int shots = 4;

    @Option(
            names = "--examples",
            paramLabel = "FILE",
            description = "Where examples are drawn from, by --seed; the quiz's other questions if not given.")
    private @Nullable Path examples;

    @Option(names = "--layers", description = "Also enrich each layer alone.")
    private boolean layers;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (shots < 0) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--shots counts examples, from 0 up, not %d.".formatted(shots));
        }
        List<StudyQuestion> questions = quiz.asked();
        List<StudyQuestion> shown = examples();
        List<EnrichmentOutcome> outcomes = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(model.argument().path());
                LoadedModel loaded = compute.load(checkpoint)) {
            EnrichmentStudy study = new EnrichmentStudy(
                    new StudyModel(checkpoint, loaded),
                    layers ? EnrichmentStudy.Layers.EACH_ALONE : EnrichmentStudy.Layers.ALL_ONLY);
            var progress = StudyQuiz.progress(output, questions.size());
            for (StudyQuestion question : questions) {
                outcomes.add(study.ask(question, others(shown, question)));
                progress.accept(outcomes.size());
            }
        }
        print(outcomes);
    }

    /** One more than are shown: the question that is asked is left out. */
    private List<StudyQuestion> examples() {
        List<StudyQuestion> pool =
                examples == null ? quiz.all() : StudyQuiz.read(examples.toString(), PromptSource.read(examples));
        List<StudyQuestion> shuffled = new ArrayList<>(pool);
        Collections.shuffle(shuffled, new Random(~quiz.seed()));
        if (shuffled.size() <= shots) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE,
                    "There are %d questions to draw from; --shots %d needs one more than it shows."
                            .formatted(shuffled.size(), shots));
        }
        return shuffled.subList(0, shots + 1);
    }

    private List<StudyQuestion> others(List<StudyQuestion> shown, StudyQuestion question) {
        return shown.stream()
                .filter(example -> !example.text().equals(question.text()))
                .limit(shots)
                .toList();
    }

    private void print(List<EnrichmentOutcome> outcomes) {
        arm("direct", outcomes, EnrichmentOutcome::direct);
        arm("few-shot", outcomes, EnrichmentOutcome::fewShot);
        arm("enriched", outcomes, EnrichmentOutcome::enriched);
        for (int i = 0; i < outcomes.getFirst().layers().size(); i++) {
            int layer = i;
            arm("layer " + layer, outcomes, outcome -> outcome.layers().get(layer));
        }
        output.progress("mean length of the cache: %.1f positions directly and enriched, %.1f behind %d examples"
                .formatted(
                        outcomes.stream()
                                .mapToInt(EnrichmentOutcome::length)
                                .average()
                                .orElse(0),
                        outcomes.stream()
                                .mapToInt(EnrichmentOutcome::fewShotLength)
                                .average()
                                .orElse(0),
                        shots));
    }

    private void arm(String name, List<EnrichmentOutcome> outcomes, Predicate<EnrichmentOutcome> isRight) {
        int right = (int) outcomes.stream().filter(isRight).count();
        Accuracy accuracy = new Accuracy(right, outcomes.size());
        if (output.isJson()) {
            output.json(new Arm(name, right, outcomes.size(), accuracy.share(), accuracy.low(), accuracy.high()));
        } else {
            output.line("%-9s %s".formatted(name, accuracy.line()));
        }
    }

    private record Arm(String arm, int right, int of, double accuracy, double low, double high) {}
}
