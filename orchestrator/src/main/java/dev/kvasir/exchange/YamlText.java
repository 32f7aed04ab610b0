package dev.kvasir.exchange;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** How a text is written in YAML so that every reader, of 1.1 or 1.2, reads the same text again. */
final class YamlText {

    /** What some reader takes for a boolean, a null, a merge or a default. */
    private static final Set<String> WORDS = Set.of("yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=");

    /** What some reader takes for a number, a time or a date: a digit at the front, perhaps behind a sign or a point. */
    private static final Pattern NUMERIC = Pattern.compile(
            "[-+]?\\.?[0-9][-+.,:_0-9a-zA-Z]*|[-+]?\\.(inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9].*", Pattern.CASE_INSENSITIVE);

    private YamlText() {}

    /** Plain where it can be; the emitter quotes a plain text by itself where the grammar asks for it. */
    static ScalarStyle style(String text) {
        return isBlock(text) ? ScalarStyle.LITERAL : keyStyle(text);
    }

    /** The same for a key, which never is a block. */
    static ScalarStyle keyStyle(String text) {
        if (!isOneCleanLine(text)) {
            return ScalarStyle.DOUBLE_QUOTED;
        }
        return isMistakable(text) ? ScalarStyle.SINGLE_QUOTED : ScalarStyle.PLAIN;
    }

    private static boolean isMistakable(String text) {
        return text.isEmpty()
                || WORDS.contains(text.toLowerCase(Locale.ROOT))
                || NUMERIC.matcher(text).matches();
    }

    private static boolean isOneCleanLine(String text) {
        return text.equals(text.strip()) && text.codePoints().allMatch(YamlText::isClean);
    }

    /** Lines whose blanks nobody trims: none at an end, none before the first word. */
    private static boolean isBlock(String text) {
        int newline = text.indexOf('\n');
        return newline > 0
                && text.charAt(0) != ' '
                && !text.contains(" \n")
                && !text.endsWith(" ")
                && text.codePoints().allMatch(c -> c == '\n' || isClean(c));
    }

    /** Whether a character is itself wherever it stands: no control, no line end of Unicode, no mark of byte order, no half pair. */
    private static boolean isClean(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> c == ' ' || !Character.isSpaceChar(c);
        };
    }
}
