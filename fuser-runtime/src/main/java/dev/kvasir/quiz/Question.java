package dev.kvasir.quiz;

import java.util.List;

/**
 * A multiple-choice question.
 *
 * @param text without the options
 * @param options from 2 to 26, all different
 * @param answer the right option's place, from 0
 */
public record Question(String id, String text, List<String> options, int answer) {

    /** As many options as there are letters. */
    public static final int MOST_OPTIONS = 26;

    public Question {
        options = List.copyOf(options);
        if (options.size() < 2
                || options.size() > MOST_OPTIONS
                || options.stream().distinct().count() < options.size()) {
            throw new IllegalArgumentException("A question has 2 to 26 different options, not " + options);
        }
        if (answer < 0 || answer >= options.size()) {
            throw new IllegalArgumentException("Of %d options none has the place %d".formatted(options.size(), answer));
        }
    }

    /** The question, and below it a line for each option, {@code A. <p>}. */
    public String withOptions() {
        StringBuilder turn = new StringBuilder(text);
        for (int i = 0; i < options.size(); i++) {
            turn.append('\n').append(letter(i)).append(". ").append(options.get(i));
        }
        return turn.toString();
    }

    /** {@code A} for the first option. */
    public static char letter(int place) {
        return (char) ('A' + place);
    }
}
