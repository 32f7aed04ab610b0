package dev.kvasir.inquiry;

import dev.kvasir.study.StudyQuestion;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the questions of studies. */
public final class QuizLines {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private QuizLines() {}

    /**
     * Reads JSON Lines with {@code input.question}, {@code expected} and, for a choice, {@code options}; other keys are left alone.
     *
     * @param name what messages call the quiz
     * @throws QuizInvalidException naming the first line that is no question
     */
    public static List<StudyQuestion> read(String name, String lines) {
        List<StudyQuestion> questions = new ArrayList<>();
        int number = 0;
        for (String line : lines.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                questions.add(question(name, number, line));
            }
        }
        if (questions.isEmpty()) {
            throw new QuizInvalidException("%s holds no questions.".formatted(name));
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

    private static QuizInvalidException refused(String name, int number, String why, Throwable cause) {
        return new QuizInvalidException("%s, line %d is no question: %s.".formatted(name, number, why), cause);
    }
}
