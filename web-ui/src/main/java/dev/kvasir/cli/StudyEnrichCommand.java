package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.inquiry.EnrichmentRow;
import dev.kvasir.inquiry.Examples;
import dev.kvasir.inquiry.InquiryRun;
import dev.kvasir.inquiry.QuizLines;
import dev.kvasir.inquiry.Topic.Enrichment;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.quiz.Accuracy;
import dev.kvasir.study.StudyModel;
import dev.kvasir.study.StudyQuestion;
import java.nio.file.Path;
import java.util.List;
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
        Examples shown = Examples.of(
                examples == null ? quiz.all() : QuizLines.read(examples.toString(), PromptSource.read(examples)),
                shots,
                quiz.seed());
        List<StudyQuestion> questions = quiz.asked();
        try (Checkpoint checkpoint = Checkpoint.open(model.argument().path());
                LoadedModel loaded = compute.load(checkpoint)) {
            print(InquiryRun.enriched(
                    new StudyModel(checkpoint, loaded),
                    new Enrichment(shots, layers),
                    questions,
                    shown,
                    StudyQuiz.progress(output, questions.size())));
        }
    }

    private void print(List<EnrichmentRow> rows) {
        for (EnrichmentRow row : rows) {
            if (output.isJson()) {
                output.json(row);
            } else {
                output.line("%-9s %s".formatted(row.arm(), new Accuracy(row.right(), row.of()).line()));
            }
        }
        output.progress("mean length of the cache: %.1f positions directly and enriched, %.1f behind %d examples"
                .formatted(rows.get(0).length(), rows.get(1).length(), shots));
    }
}
