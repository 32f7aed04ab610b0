package dev.kvasir.grammar;

import dev.kvasir.grammar.Regex.Chars;
import dev.kvasir.grammar.Regex.Choice;
import dev.kvasir.grammar.Regex.Repeat;
import dev.kvasir.grammar.Regex.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads patterns as JSON Schema has them: found anywhere in a text, unless {@code ^} and {@code $} say where. What RE2 and
 * ECMA-262 both know and what needs no memory: no look-around, no reference back, anchors at the ends only. Where the two
 * differ ({@code .} and {@code \s}) it means the less.
 */
final class PatternParser {

    private static final int LONGEST = 1024;
    private static final int DEEPEST = 50;
    private static final int MOST_REPEATS = 1000;
    private static final CharSet DIGITS = CharSet.of('0', '9');
    private static final CharSet WORD = CharSet.of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
    private static final CharSet BLANK = CharSet.of('\t', '\r', ' ', ' ');
    private static final CharSet BLANK_ANYWHERE = CharSet.of(
            '\t', '\r', ' ', ' ', 0x85, 0x85, 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F,
            0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF);
    private static final CharSet DOT =
            CharSet.of('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029).not();

    private final int[] points;
    private int at;
    private int depth;

    private PatternParser(String pattern) {
        this.points = pattern.codePoints().toArray();
    }

    /**
     * Parses a pattern.
     *
     * @return what a whole text is where the pattern is found in it
     * @throws PatternRefusedException with the end of a sentence that names the pattern
     */
    static Regex parse(String pattern) {
        if (pattern.length() > LONGEST) {
            throw new PatternRefusedException("is longer than " + LONGEST + " characters");
        }
        return new PatternParser(pattern).whole();
    }

    private Regex whole() {
        List<Regex> options = new ArrayList<>();
        do {
            boolean starts = taken('^');
            Regex body = sequence();
            boolean ends = taken('$');
            List<Regex> parts = new ArrayList<>();
            if (!starts) {
                parts.add(Regex.any(CharSet.ALL));
            }
            parts.add(body);
            if (!ends) {
                parts.add(Regex.any(CharSet.ALL));
            }
            options.add(new Sequence(parts));
        } while (taken('|'));
        if (at < points.length) {
            throw new PatternRefusedException(
                    peek() == ')' ? "closes a group that is not open" : "has an anchor that is not at one of its ends");
        }
        return new Choice(options);
    }

    private Regex choice() {
        List<Regex> options = new ArrayList<>();
        do {
            options.add(sequence());
        } while (taken('|'));
        return new Choice(options);
    }

    private Regex sequence() {
        List<Regex> parts = new ArrayList<>();
        while (at < points.length && peek() != '|' && peek() != ')' && peek() != '$') {
            parts.add(repeated(single()));
        }
        return new Sequence(parts);
    }

    private Regex single() {
        int c = points[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> new Chars(set());
            case '.' -> new Chars(DOT);
            case '\\' -> new Chars(escape());
            case '^' -> throw new PatternRefusedException("has an anchor that is not at one of its ends");
            case '*', '+', '?' -> throw new PatternRefusedException("repeats nothing with '" + (char) c + "'");
            default -> new Chars(CharSet.of(c, c));
        };
    }

    private Regex group() {
        if (taken('?') && !taken(':')) {
            throw new PatternRefusedException("uses '(?', which only groups as '(?:'");
        }
        if (++depth > DEEPEST) {
            throw new PatternRefusedException("nests groups deeper than " + DEEPEST + " levels");
        }
        Regex inside = choice();
        depth--;
        if (at < points.length && peek() == '$') {
            throw new PatternRefusedException("has an anchor that is not at one of its ends");
        }
        if (!taken(')')) {
            throw new PatternRefusedException("does not close a group");
        }
        return inside;
    }

    private Regex repeated(Regex part) {
        Regex repeated = part;
        while (at < points.length) {
            if (taken('*')) {
                repeated = new Repeat(repeated, 0, Repeat.UNLIMITED);
            } else if (taken('+')) {
                repeated = new Repeat(repeated, 1, Repeat.UNLIMITED);
            } else if (taken('?')) {
                repeated = new Repeat(repeated, 0, 1);
            } else if (peek() == '{' && isCount()) {
                repeated = counted(repeated);
            } else {
                return repeated;
            }
            taken('?'); // a lazy one finds the same texts
        }
        return repeated;
    }

    private boolean isCount() {
        int end = at + 1;
        while (end < points.length && (Character.isDigit(points[end]) || points[end] == ',')) {
            end++;
        }
        return end < points.length && points[end] == '}' && end > at + 1 && points[at + 1] != ',';
    }

    private Regex counted(Regex part) {
        at++;
        int least = count();
        int most = least;
        if (taken(',')) {
            most = peek() == '}' ? Repeat.UNLIMITED : count();
        }
        if (!taken('}') || most < least) {
            throw new PatternRefusedException("repeats from " + least + " to " + most + " times");
        }
        return new Repeat(part, least, most);
    }

    private int count() {
        int value = 0;
        while (at < points.length && Character.isDigit(peek())) {
            value = value * 10 + Character.digit(points[at++], 10);
            if (value > MOST_REPEATS) {
                throw new PatternRefusedException("repeats more than " + MOST_REPEATS + " times");
            }
        }
        return value;
    }

    private CharSet set() {
        boolean negated = taken('^');
        CharSet set = CharSet.of();
        boolean isFirst = true;
        while (at < points.length && (isFirst || peek() != ']')) {
            isFirst = false;
            CharSet one = member();
            if (at + 1 < points.length && peek() == '-' && points[at + 1] != ']') {
                at++;
                one = range(one, member());
            }
            set = set.or(one);
        }
        if (!taken(']')) {
            throw new PatternRefusedException("does not close a set of characters");
        }
        return negated ? set.not() : set;
    }

    private static CharSet range(CharSet first, CharSet last) {
        boolean areSingle = isSingle(first) && isSingle(last) && first.first(0) <= last.first(0);
        if (!areSingle) {
            throw new PatternRefusedException("has a range of characters that is none");
        }
        return CharSet.of(first.first(0), last.first(0));
    }

    private static boolean isSingle(CharSet set) {
        return set.ranges() == 1 && set.first(0) == set.last(0);
    }

    private CharSet member() {
        int c = points[at++];
        if (c == '[' && at < points.length && peek() == ':') {
            throw new PatternRefusedException("uses a named set of characters");
        }
        return c == '\\' ? escape() : CharSet.of(c, c);
    }

    private CharSet escape() {
        if (at == points.length) {
            throw new PatternRefusedException("ends in a backslash");
        }
        int c = points[at++];
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.not();
            case 'w' -> WORD;
            case 'W' -> WORD.not();
            case 's' -> BLANK;
            case 'S' -> BLANK_ANYWHERE.not();
            case 'n' -> CharSet.of('\n', '\n');
            case 'r' -> CharSet.of('\r', '\r');
            case 't' -> CharSet.of('\t', '\t');
            case 'f' -> CharSet.of('\f', '\f');
            case 'v' -> CharSet.of(0x0B, 0x0B);
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> {
                if (c < 128 && Character.isLetterOrDigit(c)) {
                    throw new PatternRefusedException("uses '\\" + (char) c + "'");
                }
                yield CharSet.of(c, c);
            }
        };
    }

    private CharSet hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < points.length ? Character.digit(points[at++], 16) : -1;
            if (digit < 0) {
                throw new PatternRefusedException("has a character code that is none");
            }
            value = value * 16 + digit;
        }
        return CharSet.of(value, value);
    }

    private int peek() {
        return points[at];
    }

    private boolean taken(int wanted) {
        boolean isThere = at < points.length && points[at] == wanted;
        if (isThere) {
            at++;
        }
        return isThere;
    }
}
