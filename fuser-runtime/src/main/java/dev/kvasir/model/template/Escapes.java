package dev.kvasir.model.template;

/** The backslash escapes of a string literal; an unknown one stays as it is. */
final class Escapes {

    private final String raw;
    private final StringBuilder text = new StringBuilder();
    private int at;

    private Escapes(String raw) {
        this.raw = raw;
    }

    static String resolve(String raw) {
        return raw.indexOf('\\') < 0 ? raw : new Escapes(raw).run();
    }

    private String run() {
        while (at < raw.length()) {
            char c = raw.charAt(at++);
            if (c == '\\' && at < raw.length()) {
                escape(raw.charAt(at++));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private void escape(char kind) {
        switch (kind) {
            case '\n' -> {}
            case '\\', '\'', '"' -> text.append(kind);
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'a' -> text.append('\u0007');
            case 'v' -> text.append('\u000b');
            case 'x' -> code(kind, 2);
            case 'u' -> code(kind, 4);
            case 'U' -> code(kind, 8);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(kind);
            default -> text.append('\\').append(kind);
        }
    }

    private void code(char kind, int digits) {
        int end = Math.min(at + digits, raw.length());
        String hex = raw.substring(at, end);
        if (hex.length() == digits && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            long point = Long.parseLong(hex, 16);
            if (point <= Character.MAX_CODE_POINT) {
                text.appendCodePoint((int) point);
                at = end;
                return;
            }
        }
        text.append('\\').append(kind);
    }

    private void octal(char first) {
        int value = first - '0';
        for (int i = 0; i < 2 && at < raw.length() && raw.charAt(at) >= '0' && raw.charAt(at) <= '7'; i++) {
            value = value * 8 + (raw.charAt(at++) - '0');
        }
        text.append((char) value);
    }
}
