package dev.kvasir.study;

import java.util.List;

/**
 * What a model is asked in a study.
 *
 * @param text without the options
 * @param expected the right reply of a question that is answered freely, the right option of another
 * @param options among which a letter is chosen, at most 26, all different; empty if the reply is free
 */
public record StudyQuestion(String id, String text, String expected, List<String> options) {

    private static final int MOST_OPTIONS = 26;

    public StudyQuestion {
        options = List.copyOf(options);
        if (text.isEmpty() || expected.isEmpty()) {
            throw new IllegalArgumentException("a question has a text and an expected reply");
        }
        boolean distinct = options.stream().distinct().count() == options.size();
        if (!options.isEmpty() && (!options.contains(expected) || !distinct || options.size() > MOST_OPTIONS)) {
            throw new IllegalArgumentException("'expected' is one of at most 26 different 'options', if there are any");
        }
    }

    /** Whether a letter is chosen. */
    boolean isChoice() {
        return !options.isEmpty();
    }

    /** What the user says: the question, its options below, each behind its letter. */
    public String turn() {
        if (!isChoice()) {
            return text;
        }
        StringBuilder turn = new StringBuilder(text);
        for (int i = 0; i < options.size(); i++) {
            turn.append('\n').append(letter(i)).append(". ").append(options.get(i));
        }
        return turn.append("\nAnswer with one letter.\nAnswer:").toString();
    }

    /** The right reply, as an example shows it. */
    String reply() {
        return isChoice() ? letter(options.indexOf(expected)) : expected;
    }

    /** {@code A} for the first option. */
    static String letter(int place) {
        return String.valueOf((char) ('A' + place));
    }
}
