package dev.kvasir.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A multiple-choice question.
 *
 * @param question without the options
 * @param options from 2 to 26, all different
 * @param answer the right option's place, from 0
 */
record QuizItem(String id, String question, List<String> options, int answer) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_OPTIONS = 26;

    QuizItem {
        options = List.copyOf(options);
    }

    /**
     * Reads a quiz, JSON Lines: {@code {"id": …, "input": {"question": …}, "options": […], "expected": …}}, where
     * {@code expected} is one of the options; other keys are left alone.
     *
     * @throws CommandFailedException if there is no such file, or naming the first line that is no question
     */
    static List<QuizItem> read(Path file) {
        List<QuizItem> items = new ArrayList<>();
        int number = 0;
        for (String line : PromptSource.read(file).lines().toList()) {
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

    private static QuizItem item(Path file, int number, String line) {
        JsonNode node = parsed(file, number, line);
        List<String> options = new ArrayList<>();
        for (JsonNode option : node.path("options")) {
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
                || options.size() > MOST_OPTIONS) {
            throw refused(
                    file,
                    number,
                    "a question has 'input.question', 2 to 26 different 'options' and one of them as 'expected'",
                    null);
        }
        return new QuizItem(node.path("id").asString(String.valueOf(number)), question, options, answer);
    }

    /** The user's turn: the question, and below it a line for each option, {@code A. <p>}. */
    String withOptions() {
        StringBuilder turn = new StringBuilder(question);
        for (int i = 0; i < options.size(); i++) {
            turn.append('\n').append(letter(i)).append(". ").append(options.get(i));
        }
        return turn.toString();
    }

    /** {@code A} for the first option. */
    static char letter(int place) {
        return (char) ('A' + place);
    }

    private static JsonNode parsed(Path file, int number, String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw refused(file, number, "it is no JSON", e);
        }
    }

    private static CommandFailedException refused(Path file, int number, String why, @Nullable Throwable cause) {
        String message = "%s, line %d is no question: %s.".formatted(file, number, why);
        return cause == null
                ? new CommandFailedException(ExitCode.REFUSED, message)
                : new CommandFailedException(ExitCode.REFUSED, message, cause);
    }
}
