package dev.kvasir.condition;

/**
 * A condition as CEL reads it. {@code loop} is one of CEL's reserved words, so it is read under a name that no node can have.
 */
final class Source {

    static final String LOOP = "LOOP";
    private static final String WORD = "loop";

    private final String text;
    private final StringBuilder out = new StringBuilder();
    private int position;

    private Source(String text) {
        this.text = text;
    }

    static String of(String text) {
        return new Source(text).read();
    }

    private String read() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '"' || c == '\'') {
                literal(c);
            } else if (Character.isJavaIdentifierPart(c)) {
                word();
            } else {
                copyTo(position + 1);
            }
        }
        return out.toString();
    }

    private void word() {
        int end = position;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        boolean isField = position > 0 && text.charAt(position - 1) == '.';
        if (!isField && text.substring(position, end).equals(WORD)) {
            out.append(LOOP);
            position = end;
        } else {
            copyTo(end);
        }
    }

    /** Copies a string literal, whatever is in it; one that is not closed is the parser's to refuse. */
    private void literal(char quote) {
        boolean isRaw = position > 0 && "rR".indexOf(text.charAt(position - 1)) >= 0;
        String triple = String.valueOf(quote).repeat(3);
        String closing = text.startsWith(triple, position) ? triple : String.valueOf(quote);
        int end = position + closing.length();
        while (end < text.length() && !text.startsWith(closing, end)) {
            end += !isRaw && text.charAt(end) == '\\' ? 2 : 1;
        }
        copyTo(Math.min(text.length(), end + closing.length()));
    }

    private void copyTo(int end) {
        out.append(text, position, end);
        position = end;
    }
}
