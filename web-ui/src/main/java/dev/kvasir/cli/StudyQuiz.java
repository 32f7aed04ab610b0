package dev.kvasir.cli;

import dev.kvasir.study.StudyQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The questions of a study. Mixed into every study. */
final class StudyQuiz {

    private static final JsonMapper JSON = JsonMapper.builder().build();
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
        return read(quiz, QuizFile.lines(quiz));
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

    static List<StudyQuestion> read(String name, String lines) {
        List<StudyQuestion> questions = new ArrayList<>();
        int number = 0;
        for (String line : lines.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                questions.add(question(name, number, line));
            }
        }
        if (questions.isEmpty()) {
            throw new CommandFailedException(ExitCode.REFUSED, "%s holds no questions.".formatted(name));
        }
        return questions;
    }

    private static StudyQuestion question(String name, int number, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            List<String> options = new ArrayList<>();
            for (JsonNode option : node.path("options")) {
                options.add(option.asString(""));
            }
            return new StudyQuestion(
                    node.path("id").asString(String.valueOf(number)),
                    node.path("input").path("question").asString(""),
                    node.path("expected").asString(""),
                    options);
        } catch (JacksonException e) {
            throw refused(name, number, "it is no JSON", e);
        } catch (IllegalArgumentException e) {
            throw refused(name, number, String.valueOf(e.getMessage()), e);
        }
    }

    private static CommandFailedException refused(String name, int number, String why, Throwable cause) {
        return new CommandFailedException(
                ExitCode.REFUSED, "%s, line %d is no question: %s.".formatted(name, number, why), cause);
    }
}
