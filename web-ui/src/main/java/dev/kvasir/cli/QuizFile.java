package dev.kvasir.cli;

import dev.kvasir.inquiry.Draw;
import dev.kvasir.pocket.PocketPair;
import dev.kvasir.quiz.Question;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads quizzes. */
final class QuizFile {

    /** The name of the quiz that comes along. */
    private static final String POCKET = "pocket";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private QuizFile() {}

    /**
     * Reads a quiz, JSON Lines: {@code {"id": …, "input": {"question": …}, "options": […], "expected": …}}, where
     * {@code expected} is one of the options; other keys are left alone. Options that are never shown may be called {@code answers}.
     *
     * @throws CommandFailedException if there is no such file, or naming the first line that is no question
     */
    static List<Question> read(Path file) {
        return read(file.toString(), PromptSource.read(file));
    }

    /** The same of a file's name, or of {@code pocket}, the quiz that comes along. */
    static List<Question> named(String name) {
        return read(name, lines(name));
    }

    /** What stands in a file, or in the quiz that comes along where its name is given and no such file is there. */
    static String lines(String name) {
        Path file = Path.of(name);
        return name.equals(POCKET) && !Files.exists(file) ? PocketPair.quiz() : PromptSource.read(file);
    }

    private static List<Question> read(String file, String lines) {
        List<Question> items = new ArrayList<>();
        int number = 0;
        for (String line : lines.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                items.add(item(file, number, line));
            }
        }
        if (items.isEmpty()) {
            throw new CommandFailedException(ExitCode.REFUSED, "%s holds no questions.".formatted(file));
        }
        return items;
    }

    private static Question item(String file, int number, String line) {
        JsonNode node = parsed(file, number, line);
        List<String> options = new ArrayList<>();
        for (JsonNode option : node.has("options") ? node.path("options") : node.path("answers")) {
            options.add(option.asString(""));
        }
        String question = node.path("input").path("question").asString("");
        int answer = options.indexOf(node.path("expected").asString(""));
        boolean distinct = options.stream().distinct().count() == options.size();
        if (question.isEmpty()
                || answer < 0
                || !distinct
                || options.contains("")
                || options.size() < 2
                || options.size() > Question.MOST_OPTIONS) {
            throw refused(
                    file,
                    number,
                    "a question has 'input.question', 2 to 26 different 'options' and one of them as 'expected'",
                    null);
        }
        return new Question(node.path("id").asString(String.valueOf(number)), question, options, answer);
    }

    /**
     * Draws some of the questions.
     *
     * @param limit null for all, in their order
     * @param seed the same draws the same
     */
    static <T> List<T> drawn(List<T> items, @Nullable Integer limit, long seed) {
        if (limit != null && limit < 1) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "--limit must be at least 1, not %d.".formatted(limit));
        }
        return Draw.of(items, limit, seed);
    }

    private static JsonNode parsed(String file, int number, String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw refused(file, number, "it is no JSON", e);
        }
    }

    private static CommandFailedException refused(String file, int number, String why, @Nullable Throwable cause) {
        String message = "%s, line %d is no question: %s.".formatted(file, number, why);
        return cause == null
                ? new CommandFailedException(ExitCode.REFUSED, message)
                : new CommandFailedException(ExitCode.REFUSED, message, cause);
    }
}
