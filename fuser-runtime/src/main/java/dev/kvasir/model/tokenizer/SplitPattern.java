package dev.kvasir.model.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Refuses regular expressions that could backtrack without end: the native engine has no time limit. Allowed is what real
 * tokenizers use: nothing that repeats or branches is repeated again, nothing looks back.
 */
final class SplitPattern {

    private static final int MAX_LENGTH = 1024;
    private static final int MAX_REPEATS_IN_A_ROW = 4;

    private final String pattern;
    private final Deque<Boolean> groupRepeats = new ArrayDeque<>();
    private boolean repeats;
    private int inARow;
    private int at;

    private SplitPattern(String pattern) {
        this.pattern = pattern;
    }

    /** What is wrong with the pattern; nothing if it may be used. */
    static Optional<String> fault(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            return Optional.of(
                    "the pattern has %d characters, the limit is %d".formatted(pattern.length(), MAX_LENGTH));
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            return Optional.of("the pattern is not a regular expression: " + e.getDescription());
        }
        return new SplitPattern(pattern).run();
    }

    private Optional<String> run() {
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            Optional<String> fault = switch (c) {
                case '\\' -> escape();
                case '[' -> characterClass();
                case '(' -> open();
                case ')' -> close();
                case '|' -> {
                    inARow = 0;
                    repeats |= !groupRepeats.isEmpty();
                    yield Optional.empty();
                }
                case '*', '+', '{' -> repeat(c);
                default -> Optional.empty();
            };
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> escape() {
        char c = at < pattern.length() ? pattern.charAt(at++) : ' ';
        if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
            return Optional.of("the pattern refers back to a group");
        }
        if ((c == 'p' || c == 'P') && pattern.startsWith("{", at)) {
            at = pattern.indexOf('}', at) + 1;
        }
        return Optional.empty();
    }

    private Optional<String> characterClass() {
        int depth = 1;
        while (at < pattern.length() && depth > 0) {
            char c = pattern.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            }
        }
        return Optional.empty();
    }

    private Optional<String> open() {
        groupRepeats.push(repeats);
        repeats = false;
        return pattern.startsWith("?<=", at) || pattern.startsWith("?<!", at)
                ? Optional.of("the pattern looks behind")
                : Optional.empty();
    }

    private Optional<String> close() {
        char next = at < pattern.length() ? pattern.charAt(at) : ' ';
        boolean repeated = next == '*' || next == '+' || next == '{';
        if (repeats && repeated) {
            return Optional.of("the pattern repeats a group that repeats or branches itself");
        }
        boolean outer = !groupRepeats.isEmpty() && groupRepeats.pop();
        repeats |= outer;
        return Optional.empty();
    }

    private Optional<String> repeat(char kind) {
        boolean bounded = kind == '{'
                && !pattern.substring(at, Math.max(at, pattern.indexOf('}', at)))
                        .endsWith(",");
        if (kind == '{') {
            at = Math.max(at, pattern.indexOf('}', at) + 1);
        }
        repeats = true;
        inARow += bounded ? 0 : 1;
        return inARow > MAX_REPEATS_IN_A_ROW
                ? Optional.of(
                        "the pattern repeats without end more than %d times in a row".formatted(MAX_REPEATS_IN_A_ROW))
                : Optional.empty();
    }
}
