package dev.kvasir.cli;

import dev.kvasir.inquiry.QuizLines;
import dev.kvasir.study.StudyQuestion;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The questions of a study. Mixed into every study. */
final class StudyQuiz {

    private static final int PROGRESS_EVERY = 20;

    @Option(
            names = "--quiz",
            required = true,
            paramLabel = "FILE",
            description =
                    "JSON Lines with input.question, expected and, for a choice, options; 'pocket' is the quiz that"
                            + " comes with Kvasir.")
    private String quiz = "";

    @Option(names = "--limit", paramLabel = "N", description = "Take only N questions, drawn by --seed.")
    private @Nullable Integer limit;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed draws the same questions; 0 if not given.")
    private long seed;

    long seed() {
        return seed;
    }

    /** All, in their order. */
    List<StudyQuestion> all() {
        return QuizLines.read(quiz, QuizFile.lines(quiz));
    }

    /** Those that are asked. */
    List<StudyQuestion> asked() {
        return QuizFile.drawn(all(), limit, seed);
    }

    /** What the user says to ask them. */
    List<String> turns() {
        return asked().stream().map(StudyQuestion::turn).toList();
    }

    /** Tells now and then how many of some questions are done. */
    static IntConsumer progress(Output output, int of) {
        return done -> {
            if (done % PROGRESS_EVERY == 0) {
                output.progress("%d of %d questions".formatted(done, of));
            }
        };
    }
}
