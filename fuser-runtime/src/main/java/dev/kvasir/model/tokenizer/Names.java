package dev.kvasir.model.tokenizer;

import java.util.Optional;

/** Tokens as they are written and shown. */
final class Names {

    private static final int SHOWN = 40;

    private Names() {}

    /** A token in a message: short, without control characters. */
    static String shown(String token) {
        String line = token.replaceAll("\\p{Cntrl}", "?");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }

    /** Two tokens with one space between. */
    static Optional<Merge> merge(String written) {
        int space = written.indexOf(' ', 1);
        return space < 1 || space == written.length() - 1
                ? Optional.empty()
                : Optional.of(new Merge(written.substring(0, space), written.substring(space + 1)));
    }
}
