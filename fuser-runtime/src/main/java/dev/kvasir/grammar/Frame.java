package dev.kvasir.grammar;

/** What is being read, innermost: a part of a value, and how far. */
sealed interface Frame {

    /** Nothing: the value is whole. */
    record End() implements Frame {}

    /** A value that has not begun. */
    record Value(int shape) implements Frame {}

    /** A text as it stands. */
    record Fixed(String text, int at) implements Frame {}

    /** A number. */
    record Digits(int shape, int state) implements Frame {}

    /**
     * A string behind its opening quote.
     *
     * @param length code points so far, as far as they count
     */
    record Characters(int shape, int length, Spelling spelling) implements Frame {}

    /** A string with a pattern, behind its opening quote. */
    record Matching(int shape, int state, Spelling spelling) implements Frame {}

    /** An object behind its opening brace. */
    record InObject(int shape, int next, Turn turn) implements Frame {}

    /**
     * The name of a member that the schema does not speak of.
     *
     * @param start what was read of it, as long as it may still become a name that the schema speaks of
     */
    record Name(int shape, String start, boolean isApart) implements Frame {}

    /** The colon behind a name, and the value behind that. */
    record Colon(int shape) implements Frame {}

    /** A list behind its opening bracket. */
    record InList(int shape, int count, Turn turn) implements Frame {}

    /**
     * White space that may be there: a space, or a line's end with an indentation.
     *
     * @param indentation blanks behind the line's end so far; -1 before anything
     */
    record Blank(int indentation) implements Frame {

        static final Blank START = new Blank(-1);
        static final int WIDEST = 20;
    }

    /** Whose turn it is in an object or list. */
    enum Turn {
        OPENED,
        AFTER_VALUE,
        AFTER_COMMA
    }

    /** Where a string is in the spelling of a character. */
    enum Spelling {
        PLAIN,
        BACKSLASH,
        /** Of the four digits of a code: those that may still make U+0000 or half a surrogate pair apart. */
        CODE,
        CODE_0,
        CODE_00,
        CODE_000,
        CODE_D,
        CODE_1,
        CODE_2,
        CODE_3
    }
}
