package dev.kvasir.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's operations on strings, which count in code points and have their own idea of white space. */
final class Strings {

    private Strings() {}

    static boolean isSpace(int c) {
        return (c >= '\t' && c <= '\r')
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || Character.getType(c) == Character.SPACE_SEPARATOR
                || c == 0x2028
                || c == 0x2029;
    }

    static int length(Text text) {
        return text.string().codePointCount(0, text.length());
    }

    /** @param set the characters to take away; null for white space */
    static Text strip(Text text, @Nullable Text set, boolean left, boolean right) {
        String string = text.string();
        IntPredicate taken = set == null ? Strings::isSpace : c -> set.string().indexOf(c) >= 0;
        int start = 0;
        while (left && start < string.length() && taken.test(string.codePointAt(start))) {
            start += Character.charCount(string.codePointAt(start));
        }
        int end = string.length();
        while (right && end > start && taken.test(string.codePointBefore(end))) {
            end -= Character.charCount(string.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    /** @param most how many cuts at most; negative for all */
    static List<Value> split(Text text, Text separator, int most, Budget budget) {
        if (separator.isEmpty()) {
            throw budget.failed("a string cannot be split at nothing");
        }
        budget.spend(text.length());
        List<Value> parts = new ArrayList<>();
        int from = 0;
        int cut = text.string().indexOf(separator.string());
        while (cut >= 0 && (most < 0 || parts.size() < most)) {
            budget.tick();
            parts.add(text.substring(from, cut));
            from = cut + separator.length();
            cut = text.string().indexOf(separator.string(), from);
        }
        parts.add(text.substring(from));
        return checked(parts, budget);
    }

    static List<Value> splitFromRight(Text text, Text separator, int most, Budget budget) {
        if (separator.isEmpty()) {
            throw budget.failed("a string cannot be split at nothing");
        }
        budget.spend(text.length());
        List<Value> parts = new ArrayList<>();
        int to = text.length();
        int cut = text.string().lastIndexOf(separator.string(), to - separator.length());
        while (cut >= 0 && (most < 0 || parts.size() < most)) {
            budget.tick();
            parts.add(text.substring(cut + separator.length(), to));
            to = cut;
            cut = text.string().lastIndexOf(separator.string(), to - separator.length());
        }
        parts.add(text.substring(0, to));
        return checked(parts.reversed(), budget);
    }

    /** At runs of white space, which also fall away at both ends. */
    static List<Value> words(Text text, int most, Budget budget) {
        budget.spend(text.length());
        List<Value> words = new ArrayList<>();
        Text rest = strip(text, null, true, false);
        while (!rest.isEmpty()) {
            budget.tick();
            int end = 0;
            while (end < rest.length() && !isSpace(rest.string().codePointAt(end))) {
                end += Character.charCount(rest.string().codePointAt(end));
            }
            if (most >= 0 && words.size() == most) {
                words.add(strip(rest, null, false, true));
                break;
            }
            budget.spend(rest.length());
            words.add(rest.substring(0, end));
            rest = strip(rest.substring(end), null, true, false);
        }
        return checked(words, budget);
    }

    static List<Value> lines(Text text, boolean keepEnds, Budget budget) {
        budget.spend(text.length());
        List<Value> lines = new ArrayList<>();
        String string = text.string();
        int from = 0;
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (!isLineEnd(c)) {
                continue;
            }
            int after = c == '\r' && string.startsWith("\n", i + 1) ? i + 2 : i + 1;
            lines.add(text.substring(from, keepEnds ? after : i));
            from = after;
            i = after - 1;
        }
        if (from < string.length()) {
            lines.add(text.substring(from));
        }
        return checked(lines, budget);
    }

    private static boolean isLineEnd(char c) {
        return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static List<Value> checked(List<Value> parts, Budget budget) {
        budget.items(parts.size());
        return parts;
    }

    static Text replace(Text text, Text old, Text by, int most, Budget budget) {
        budget.spend(text.length());
        Text.Builder builder = new Text.Builder(budget);
        int from = 0;
        int count = 0;
        int at = old.isEmpty() ? 0 : text.string().indexOf(old.string());
        while (at >= 0 && at <= text.length() && (most < 0 || count < most)) {
            builder.add(text.substring(from, at)).add(by);
            from = at + old.length();
            count++;
            at = old.isEmpty()
                    ? nextCodePoint(text.string(), at)
                    : text.string().indexOf(old.string(), from);
        }
        return builder.add(text.substring(from)).build();
    }

    /** The index after the code point at {@code at}; past the end when there is none. */
    private static int nextCodePoint(String string, int at) {
        return at < string.length() ? at + Character.charCount(string.codePointAt(at)) : string.length() + 1;
    }

    static Text join(Text separator, List<Value> parts, Budget budget) {
        Text.Builder builder = new Text.Builder(budget);
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                builder.add(separator);
            }
            builder.add(PythonText.of(parts.get(i), budget));
        }
        return builder.build();
    }

    static List<Value> characters(Text text, Budget budget) {
        budget.items(text.length());
        List<Value> characters = new ArrayList<>();
        for (int i = 0; i < text.length(); ) {
            int end = i + Character.charCount(text.string().codePointAt(i));
            characters.add(text.substring(i, end));
            i = end;
        }
        return characters;
    }

    /** The first letter of each word large, the others small. */
    static String title(String string) {
        StringBuilder title = new StringBuilder(string.length());
        boolean inside = false;
        for (int i = 0; i < string.length(); ) {
            int c = string.codePointAt(i);
            title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return title.toString();
    }

    static Text pad(Text text, int width, Text with, boolean left, Budget budget) {
        int missing = width - length(text);
        if (missing <= 0) {
            return text;
        }
        budget.spend(missing);
        Text padding = with.computed(with.string().repeat(missing));
        return left ? padding.plus(text, budget) : text.plus(padding, budget);
    }
}
