package dev.kvasir.web;

import java.util.Locale;

/**
 * A state as pages show it: a word and a shape, so that it never depends on colour.
 *
 * @param word such as {@code succeeded}
 * @param shape one character
 * @param tone the style's class for its colour
 */
public record Mark(String word, String shape, String tone) {

    /** The mark of a run's or step's state, by its name in the API. */
    public static Mark of(String state) {
        String word = state.toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (state) {
            case "QUEUED", "PENDING", "READY" -> new Mark(word, "○", "quiet");
            case "RUNNING" -> new Mark(word, "◐", "busy");
            case "WAITING" -> new Mark(word, "‖", "busy");
            case "SUCCEEDED" -> new Mark(word, "✓", "good");
            case "FAILED", "TIMED_OUT" -> new Mark(word, "✕", "bad");
            case "SKIPPED" -> new Mark(word, "–", "quiet");
            case "CANCELLED" -> new Mark(word, "⊘", "quiet");
            case "REUSED" -> new Mark(word, "↺", "good");
            default -> new Mark(word, "?", "quiet");
        };
    }
}
