package dev.kvasir.cli;

import dev.kvasir.inquiry.CurveRow;
import dev.kvasir.quiz.Accuracy;
import dev.kvasir.study.CurvePoint;
import dev.kvasir.study.CurveStudy;
import dev.kvasir.study.StudyQuestion;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how answers change while more and more is fused. */
@Command(
        name = "curve",
        description = "Accuracy when only a share of the prompt's tokens, or of the layers, is fused.",
        mixinStandardHelpOptions = true)
final class StudyCurveCommand implements Runnable {

    @Mixin
    private PairOptions team = new PairOptions();

    @Mixin
    private StudyQuiz quiz = new StudyQuiz();

    @Option(
            names = "--shares",
            split = ",",
            paramLabel = "PERCENT",
            description = "Shares in percent; 0,25,50,75,100 if not given.")
    private List<Double> shares = List.of(0.0, 25.0, 50.0, 75.0, 100.0);

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        for (double share : shares) {
            if (!(share >= 0 && share <= 100)) {
                throw new CommandFailedException(
                        ExitCode.WRONG_USAGE, "--shares are percent, from 0 to 100, not %s.".formatted(share));
            }
        }
        List<StudyQuestion> questions = quiz.asked();
        List<Double> parts = shares.stream().map(share -> share / 100).toList();
        team.with(pair -> print(CurveStudy.run(pair, questions, parts, StudyQuiz.progress(output, questions.size()))));
    }

    private void print(List<CurvePoint> points) {
        if (!output.isJson()) {
            output.line("fused              share  accuracy, 95 % (Wilson)");
        }
        for (CurvePoint point : points) {
            if (output.isJson()) {
                output.json(CurveRow.of(point));
            } else {
                output.line(String.format(
                        Locale.ROOT,
                        "%-6s from %-5s  %4.0f %%  %s",
                        point.along().name().toLowerCase(Locale.ROOT),
                        point.end().name().toLowerCase(Locale.ROOT),
                        100 * point.share(),
                        new Accuracy(point.right(), point.of()).line()));
            }
        }
    }
}
