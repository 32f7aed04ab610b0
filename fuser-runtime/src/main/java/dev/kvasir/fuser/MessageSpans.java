package dev.kvasir.fuser;

import dev.kvasir.model.TextSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds messages in a rendered conversation, as the method's reference does: forward, first where a tag or nothing follows. A
 * message that is the name of a role can be found in its turn's heading.
 */
final class MessageSpans {

    private final String text;
    private final String begin;

    /** @param begin the begin-of-text token's string; empty if there is none */
    MessageSpans(String text, String begin) {
        this.text = text;
        this.begin = begin;
    }

    /** The messages' stretches in order; empty messages have none. */
    List<TextSpan> of(List<String> contents) {
        List<TextSpan> spans = new ArrayList<>();
        int from = 0;
        for (String content : contents) {
            if (content.isEmpty()) {
                continue;
            }
            int number = spans.size();
            int after = from;
            TextSpan span = find(content, from)
                    .or(() -> content.isBlank() ? Optional.empty() : find(content.strip(), after))
                    .orElseThrow(() -> new AlignmentException(
                            "The chat template does not show message %d as it is.".formatted(number + 1)));
            spans.add(span);
            from = span.end();
        }
        return spans;
    }

    private Optional<TextSpan> find(String content, int from) {
        for (int at = text.indexOf(content, from); at >= 0; at = text.indexOf(content, at + 1)) {
            int end = at + content.length();
            if (end == text.length() || text.charAt(end) == '<') {
                return Optional.of(new TextSpan(at, end));
            }
        }
        for (int at = text.indexOf(content, from); at >= 0; at = text.indexOf(content, at + 1)) {
            if (!insideBegin(at, at + content.length())) {
                return Optional.of(new TextSpan(at, at + content.length()));
            }
        }
        return Optional.empty();
    }

    private boolean insideBegin(int start, int end) {
        if (begin.isEmpty()) {
            return false;
        }
        int marker = text.lastIndexOf(begin, start);
        return marker >= 0 && end <= marker + begin.length();
    }
}
