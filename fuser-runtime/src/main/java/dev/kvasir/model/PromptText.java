package dev.kvasir.model;

import java.util.List;

/**
 * A rendered prompt that remembers which of its characters came from outside.
 *
 * @param text what the model reads
 * @param foreign the stretches that the template did not write (contents, names, tool descriptions), in order and
 *     disjoint; a special token's string in them is plain text
 */
public record PromptText(String text, List<TextSpan> foreign) {

    public PromptText {
        foreign = List.copyOf(foreign);
        int from = 0;
        for (TextSpan span : foreign) {
            if (span.start() < from || span.end() > text.length()) {
                throw new IllegalArgumentException(
                        "Foreign spans are ordered, disjoint and inside the text of %d units: %s"
                                .formatted(text.length(), span));
            }
            from = span.end();
        }
    }

    /** A text in which no special token's string is read as one. */
    public static PromptText plain(String text) {
        return new PromptText(text, List.of(new TextSpan(0, text.length())));
    }

    /** A text in which every special token's string is read as one; never for what a user wrote. */
    public static PromptText trusted(String text) {
        return new PromptText(text, List.of());
    }
}
