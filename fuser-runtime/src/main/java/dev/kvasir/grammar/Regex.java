package dev.kvasir.grammar;

import java.util.List;

/** A regular expression over code points. */
sealed interface Regex {

    Regex NOTHING = new Sequence(List.of());
    Regex DIGIT = new Chars(CharSet.of('0', '9'));

    /** One character of a set. */
    record Chars(CharSet set) implements Regex {}

    /** One behind the other. */
    record Sequence(List<Regex> parts) implements Regex {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** Any one of them. */
    record Choice(List<Regex> options) implements Regex {
        public Choice {
            options = List.copyOf(options);
        }
    }

    /**
     * The same some times over.
     *
     * @param most {@link #UNLIMITED} for no limit
     */
    record Repeat(Regex part, int least, int most) implements Regex {
        static final int UNLIMITED = Integer.MAX_VALUE;
    }

    static Regex any(CharSet set) {
        return new Repeat(new Chars(set), 0, Repeat.UNLIMITED);
    }

    static Regex optional(Regex part) {
        return new Repeat(part, 0, 1);
    }

    static Regex sequence(Regex... parts) {
        return new Sequence(List.of(parts));
    }

    static Regex text(String text) {
        return new Sequence(text.codePoints()
                .<Regex>mapToObj(c -> new Chars(CharSet.of(c, c)))
                .toList());
    }

    static Regex range(char first, char last) {
        return new Chars(CharSet.of(first, last));
    }
}
