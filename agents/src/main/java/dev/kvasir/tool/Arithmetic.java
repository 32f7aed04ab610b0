package dev.kvasir.tool;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One expression, read and calculated at once: sums of products of signed powers of atoms; an atom is a number, a
 * sum in parentheses or a function of sums.
 */
final class Arithmetic {

    private static final int LONGEST = 1000;
    private static final int DEEPEST = 100;

    private final String text;
    private int place;
    private int depth;

    Arithmetic(String expression) {
        this.text = expression
                .replace('×', '*')
                .replace('·', '*')
                .replace('÷', '/')
                .replace('−', '-')
                .replace("**", "^");
    }

    /** @throws ArithmeticException saying what is wrong and where */
    String value() {
        if (text.length() > LONGEST) {
            throw new ArithmeticException("The expression is longer than " + LONGEST + " characters.");
        }
        Fraction value = sum();
        if (peek() != 0) {
            throw unexpected();
        }
        return value.shown();
    }

    private Fraction sum() {
        if (++depth > DEEPEST) {
            throw new ArithmeticException("The expression is nested deeper than " + DEEPEST + " levels.");
        }
        Fraction value = product();
        while (true) {
            if (take('+')) {
                value = value.plus(product());
            } else if (take('-')) {
                value = value.plus(product().negated());
            } else {
                depth--;
                return value;
            }
        }
    }

    private Fraction product() {
        Fraction value = factor();
        while (true) {
            if (take('*')) {
                value = value.times(factor());
            } else if (take('/')) {
                value = value.by(factor());
            } else if (take('%')) {
                value = value.modulo(factor());
            } else {
                return value;
            }
        }
    }

    private Fraction factor() {
        int signs = 0;
        while (peek() == '-' || peek() == '+') {
            signs += take('-') ? 1 : 0;
            signs += take('+') ? 2 : 0;
        }
        Fraction value = atom();
        if (take('^')) {
            value = value.power(deeper());
        }
        return signs % 2 == 0 ? value : value.negated();
    }

    private Fraction deeper() {
        if (++depth > DEEPEST) {
            throw new ArithmeticException("The expression is nested deeper than " + DEEPEST + " levels.");
        }
        Fraction value = factor();
        depth--;
        return value;
    }

    private Fraction atom() {
        char next = peek();
        if (take('(')) {
            Fraction value = sum();
            require(')');
            return value;
        }
        if (Character.isLetter(next)) {
            return function();
        }
        return number();
    }

    private Fraction number() {
        int start = place;
        while (place < text.length() && (Character.digit(text.charAt(place), 10) >= 0 || text.charAt(place) == '.')) {
            place++;
        }
        boolean hasExponent = place + 1 < text.length()
                && (text.charAt(place) == 'e' || text.charAt(place) == 'E')
                && "+-0123456789".indexOf(text.charAt(place + 1)) >= 0;
        if (hasExponent && place > start) {
            place += 2;
            while (place < text.length() && Character.digit(text.charAt(place), 10) >= 0) {
                place++;
            }
        }
        String digits = text.substring(start, place);
        try {
            return Fraction.of(new BigDecimal(digits), true);
        } catch (NumberFormatException notOne) {
            place = start;
            throw unexpected();
        }
    }

    private Fraction function() {
        int start = place;
        while (place < text.length() && Character.isLetterOrDigit(text.charAt(place))) {
            place++;
        }
        String name = text.substring(start, place).toLowerCase(Locale.ROOT);
        require('(');
        List<Fraction> values = new ArrayList<>(List.of(sum()));
        while (take(',')) {
            values.add(sum());
        }
        require(')');
        return switch (name) {
            case "min" ->
                values.stream().reduce((a, b) -> a.compareTo(b) <= 0 ? a : b).orElseThrow();
            case "max" ->
                values.stream().reduce((a, b) -> a.compareTo(b) >= 0 ? a : b).orElseThrow();
            default -> ofOne(name, values);
        };
    }

    private static Fraction ofOne(String name, List<Fraction> values) {
        if (values.size() != 1) {
            throw new ArithmeticException("Function '" + name + "' takes one number.");
        }
        Fraction value = values.getFirst();
        return switch (name) {
            case "abs" -> value.above().signum() < 0 ? value.negated() : value;
            case "floor" -> value.rounded(RoundingMode.FLOOR);
            case "ceil" -> value.rounded(RoundingMode.CEILING);
            case "round" -> value.rounded(RoundingMode.HALF_UP);
            case "sqrt" -> value.root();
            default ->
                throw new ArithmeticException(
                        "Function '" + name + "' is unknown. Use abs, min, max, floor, ceil, round or sqrt.");
        };
    }

    /** The next character that is not blank; 0 at the end. */
    private char peek() {
        while (place < text.length() && Character.isWhitespace(text.charAt(place))) {
            place++;
        }
        return place < text.length() ? text.charAt(place) : 0;
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        place++;
        return true;
    }

    private void require(char wanted) {
        if (!take(wanted)) {
            throw unexpected();
        }
    }

    private ArithmeticException unexpected() {
        return new ArithmeticException(
                peek() == 0
                        ? "The expression ends too early."
                        : "The expression cannot be read at character " + (place + 1) + ", '" + text.charAt(place)
                                + "'.");
    }
}
