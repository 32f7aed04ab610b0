package dev.kvasir.run;

import java.nio.charset.StandardCharsets;

/** Makes text from models fit for PostgreSQL, which refuses U+0000, and for its size limits. */
final class SafeText {

    private SafeText() {}

    /** The same text with what cannot be stored replaced: U+0000 and lone surrogates become U+FFFD. */
    static String storable(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                safe = safe == null ? new StringBuilder(text) : safe;
                safe.setCharAt(i, '\uFFFD');
            }
        }
        return safe == null ? text : safe.toString();
    }

    /** The longest beginning that takes at most so many bytes of UTF-8. */
    static String cut(String text, int bytes) {
        if (text.length() * 3L <= bytes || text.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return text;
        }
        int used = 0;
        int end = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (used > bytes) {
                break;
            }
            end += Character.charCount(point);
        }
        return text.substring(0, end);
    }
}
