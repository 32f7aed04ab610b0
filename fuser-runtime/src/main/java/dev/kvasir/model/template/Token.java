package dev.kvasir.model.template;

/** A piece of a template. For DATA and TEXT {@code value} is the text itself, else the source's characters. */
record Token(Kind kind, String value, int line) {

    enum Kind {
        DATA,
        BLOCK_BEGIN,
        BLOCK_END,
        PRINT_BEGIN,
        PRINT_END,
        NAME,
        TEXT,
        WHOLE,
        REAL,
        OPERATOR,
        END
    }

    boolean is(Kind other, String text) {
        return kind == other && value.equals(text);
    }

    boolean operator(String text) {
        return is(Kind.OPERATOR, text);
    }

    boolean name(String text) {
        return is(Kind.NAME, text);
    }
}
