package dev.kvasir.grammar;

import dev.kvasir.grammar.Regex.Choice;
import dev.kvasir.grammar.Regex.Repeat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How numbers of a range are written: digit by digit, so that every beginning can still become one of them. */
final class NumberForms {

    /** Where no bound says otherwise: what a double holds exactly. */
    private static final int DIGITS = 15;

    private static final BigInteger LARGEST = BigInteger.TEN.pow(DIGITS).subtract(BigInteger.ONE);
    private static final Regex NEVER = new Choice(List.of());

    private NumberForms() {}

    /** Whole numbers from one to another, both included; without a bound, of at most 15 digits. */
    static Regex integers(@Nullable BigInteger least, @Nullable BigInteger most) {
        BigInteger from = least != null ? least : LARGEST.negate().min(most == null ? BigInteger.ZERO : most);
        BigInteger to = most != null ? most : LARGEST.max(from);
        List<Regex> forms = new ArrayList<>();
        if (to.signum() >= 0) {
            forms.add(wholes(from.max(BigInteger.ZERO), to));
        }
        if (from.signum() < 0) {
            BigInteger smallest = to.signum() < 0 ? to.negate() : BigInteger.ONE;
            forms.add(Regex.sequence(Regex.text("-"), wholes(smallest, from.negate())));
        }
        return new Choice(forms);
    }

    /** An end of a range of decimals. */
    record Bound(BigDecimal value, boolean isExclusive) {

        Bound mirrored() {
            return new Bound(value.negate(), isExclusive);
        }
    }

    /** Any number of at most 15 digits before and 15 behind the point, perhaps with an exponent of two digits. */
    static Regex decimals() {
        return Regex.sequence(
                Regex.optional(Regex.text("-")),
                wholes(BigInteger.ZERO, LARGEST),
                Regex.optional(Regex.sequence(Regex.text("."), new Repeat(Regex.DIGIT, 1, DIGITS))),
                Regex.optional(Regex.sequence(
                        new Regex.Chars(CharSet.ofAll("eE")),
                        Regex.optional(new Regex.Chars(CharSet.ofAll("+-"))),
                        new Repeat(Regex.DIGIT, 1, 2))));
    }

    /** Decimals of a range, without an exponent; at least one bound is given. */
    static Regex decimals(@Nullable Bound least, @Nullable Bound most) {
        BigDecimal far = new BigDecimal(LARGEST);
        Bound from = least != null ? least : new Bound(far.negate().min(value(most)), false);
        Bound to = most != null ? most : new Bound(far.max(value(least)), false);
        Bound zero = new Bound(BigDecimal.ZERO, false);
        List<Regex> forms = new ArrayList<>();
        if (to.value().signum() >= 0) {
            forms.add(positive(from.value().signum() < 0 ? zero : from, to));
        }
        if (from.value().signum() < 0) {
            Bound smallest = to.value().signum() < 0 ? to.mirrored() : new Bound(BigDecimal.ZERO, true);
            forms.add(Regex.sequence(Regex.text("-"), positive(smallest, from.mirrored())));
        }
        return new Choice(forms);
    }

    private static BigDecimal value(@Nullable Bound bound) {
        return bound == null ? BigDecimal.ZERO : bound.value();
    }

    /** Whole numbers, none of them negative. */
    private static Regex wholes(BigInteger from, BigInteger to) {
        if (from.compareTo(to) > 0) {
            return NEVER;
        }
        String least = from.toString();
        String most = to.toString();
        List<Regex> lengths = new ArrayList<>();
        for (int length = least.length(); length <= most.length(); length++) {
            String first = length == least.length() ? least : "1" + "0".repeat(length - 1);
            String last = length == most.length() ? most : "9".repeat(length);
            lengths.add(between(first, last));
        }
        return new Choice(lengths);
    }

    /** Digits between two strings of one length. */
    private static Regex between(String first, String last) {
        if (first.isEmpty()) {
            return Regex.NOTHING;
        }
        if (first.chars().allMatch(c -> c == '0') && last.chars().allMatch(c -> c == '9')) {
            return new Repeat(Regex.DIGIT, first.length(), first.length());
        }
        char low = first.charAt(0);
        char high = last.charAt(0);
        int rest = first.length() - 1;
        if (low == high) {
            return Regex.sequence(Regex.range(low, low), between(first.substring(1), last.substring(1)));
        }
        List<Regex> forms = new ArrayList<>();
        forms.add(Regex.sequence(Regex.range(low, low), between(first.substring(1), "9".repeat(rest))));
        if (high - low > 1) {
            forms.add(Regex.sequence(
                    Regex.range((char) (low + 1), (char) (high - 1)), new Repeat(Regex.DIGIT, rest, rest)));
        }
        forms.add(Regex.sequence(Regex.range(high, high), between("0".repeat(rest), last.substring(1))));
        return new Choice(forms);
    }

    /** @param from 0 or more */
    private static Regex positive(Bound from, Bound to) {
        if (from.value().compareTo(to.value()) > 0) {
            return NEVER;
        }
        int places = Math.max(DIGITS, Math.max(from.value().scale(), to.value().scale()));
        BigInteger low = whole(from.value());
        BigInteger high = whole(to.value());
        Fraction above = new Fraction(digits(from.value(), places), from.isExclusive());
        Fraction below = new Fraction(digits(to.value(), places), to.isExclusive());
        if (low.equals(high)) {
            return new FractionForms(places, above, below).behind(low);
        }
        return new Choice(List.of(
                new FractionForms(places, above, null).behind(low),
                Regex.sequence(
                        wholes(low.add(BigInteger.ONE), high.subtract(BigInteger.ONE)),
                        Regex.optional(Regex.sequence(Regex.text("."), new Repeat(Regex.DIGIT, 1, places)))),
                new FractionForms(places, null, below).behind(high)));
    }

    private static BigInteger whole(BigDecimal value) {
        return value.setScale(0, RoundingMode.FLOOR).toBigInteger();
    }

    private static String digits(BigDecimal value, int places) {
        BigDecimal fraction = value.subtract(new BigDecimal(whole(value)));
        String digits = fraction.movePointRight(places).toBigInteger().toString();
        return "0".repeat(places - digits.length()) + digits;
    }

    /** Behind the point: digits that a fraction may not be below or above, all of one length. */
    private record Fraction(String digits, boolean isExclusive) {
        boolean isZeroFrom(int place) {
            return digits.substring(place).chars().allMatch(c -> c == '0');
        }
    }

    /**
     * Fractions of some digits at most.
     *
     * @param above null for no bound
     * @param below null for no bound
     */
    private record FractionForms(
            int places, @Nullable Fraction above, @Nullable Fraction below) {

        /** A whole number with such a fraction, or without one if it may be zero. */
        Regex behind(BigInteger whole) {
            Regex fraction = Regex.sequence(Regex.text("."), digits(0, above, below));
            List<Regex> ends = new ArrayList<>(List.of(fraction));
            if (mayStop(0, above, below)) {
                ends.add(Regex.NOTHING);
            }
            return Regex.sequence(Regex.text(whole.toString()), new Choice(ends));
        }

        /** Whether zeros from here on stay within those bounds that what was written equals so far. */
        private static boolean mayStop(int place, @Nullable Fraction low, @Nullable Fraction high) {
            boolean isEnough = low == null || (low.isZeroFrom(place) && !low.isExclusive());
            boolean isLittle = high == null || !(high.isZeroFrom(place) && high.isExclusive());
            return isEnough && isLittle;
        }

        private Regex digits(int place, @Nullable Fraction low, @Nullable Fraction high) {
            if (place == places) {
                return NEVER;
            }
            if (low == null && high == null) {
                return new Repeat(Regex.DIGIT, 1, places - place);
            }
            char first = low == null ? '0' : low.digits().charAt(place);
            char last = high == null ? '9' : high.digits().charAt(place);
            if (low != null && high != null && first == last) {
                return digit(first, last, rest(place + 1, low, high));
            }
            List<Regex> forms = new ArrayList<>();
            if (low != null) {
                forms.add(digit(first, first, rest(place + 1, low, null)));
                first++;
            }
            if (high != null) {
                forms.add(digit(last, last, rest(place + 1, null, high)));
                last--;
            }
            if (first <= last) {
                forms.add(digit(first, last, rest(place + 1, null, null)));
            }
            return new Choice(forms);
        }

        private static Regex digit(char first, char last, Regex rest) {
            return Regex.sequence(Regex.range(first, last), rest);
        }

        private Regex rest(int place, @Nullable Fraction low, @Nullable Fraction high) {
            Regex more = digits(place, low, high);
            return mayStop(place, low, high) ? Regex.optional(more) : more;
        }
    }
}
