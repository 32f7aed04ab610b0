package dev.kvasir.tool;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A rational number in lowest terms, of at most {@link #MAX_BITS} bits above and below the line.
 *
 * @param exact whether it is the value itself, and not a root rounded to 34 digits
 */
record Fraction(BigInteger above, BigInteger below, boolean exact) {

    static final int MAX_BITS = 10_000;
    private static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE, true);
    private static final MathContext SHOWN = new MathContext(34, RoundingMode.HALF_EVEN);

    static Fraction of(BigInteger above, BigInteger below, boolean exact) {
        if (below.signum() == 0) {
            throw new ArithmeticException("Nothing can be divided by 0.");
        }
        BigInteger common = above.gcd(below).max(BigInteger.ONE);
        BigInteger divisor = below.signum() < 0 ? common.negate() : common;
        Fraction value = new Fraction(above.divide(divisor), below.divide(divisor), exact);
        requireSmall(Math.max(value.above.bitLength(), value.below.bitLength()));
        return value;
    }

    static Fraction of(BigDecimal decimal, boolean exact) {
        requireSmall(Math.abs((long) decimal.scale()) * 4);
        BigInteger power = BigInteger.TEN.pow(Math.abs(decimal.scale()));
        return decimal.scale() >= 0
                ? of(decimal.unscaledValue(), power, exact)
                : of(decimal.unscaledValue().multiply(power), BigInteger.ONE, exact);
    }

    Fraction plus(Fraction other) {
        return of(
                above.multiply(other.below).add(other.above.multiply(below)),
                below.multiply(other.below),
                exact && other.exact);
    }

    Fraction negated() {
        return new Fraction(above.negate(), below, exact);
    }

    Fraction times(Fraction other) {
        return of(above.multiply(other.above), below.multiply(other.below), exact && other.exact);
    }

    Fraction by(Fraction other) {
        return of(above.multiply(other.below), below.multiply(other.above), exact && other.exact);
    }

    /** What is left of a division rounded down, so it has the divisor's sign. */
    Fraction modulo(Fraction other) {
        return plus(other.times(by(other).rounded(RoundingMode.FLOOR)).negated());
    }

    Fraction power(Fraction exponent) {
        if (!exponent.below.equals(BigInteger.ONE)) {
            throw new ArithmeticException("The exponent of ^ must be a whole number; use sqrt for square roots.");
        }
        if (exponent.above.bitLength() > Integer.SIZE - 1) {
            throw tooLarge();
        }
        int times = Math.abs(exponent.above.intValue());
        requireSmall((long) times * (Math.max(above.bitLength(), below.bitLength()) - 1));
        Fraction power = of(above.pow(times), below.pow(times), exact && exponent.exact);
        return exponent.above.signum() < 0 ? ONE.by(power) : power;
    }

    Fraction rounded(RoundingMode mode) {
        BigDecimal whole = new BigDecimal(above).divide(new BigDecimal(below), 0, mode);
        return new Fraction(whole.toBigInteger(), BigInteger.ONE, exact);
    }

    Fraction root() {
        if (above.signum() < 0) {
            throw new ArithmeticException("A negative number has no square root here.");
        }
        BigInteger rootAbove = above.sqrt();
        BigInteger rootBelow = below.sqrt();
        if (rootAbove.pow(2).equals(above) && rootBelow.pow(2).equals(below)) {
            return new Fraction(rootAbove, rootBelow, exact);
        }
        BigDecimal value = new BigDecimal(above).divide(new BigDecimal(below), new MathContext(80));
        return of(value.sqrt(SHOWN), false);
    }

    int compareTo(Fraction other) {
        return above.multiply(other.below).compareTo(other.above.multiply(below));
    }

    /** In decimals if they end, else as a fraction with its rounded value. */
    String shown() {
        if (!exact) {
            return "about " + decimals(SHOWN);
        }
        BigDecimal numerator = new BigDecimal(above);
        try {
            return numerator.divide(new BigDecimal(below)).toPlainString();
        } catch (ArithmeticException endless) {
            return above + "/" + below + " (about " + decimals(SHOWN) + ")";
        }
    }

    private String decimals(MathContext digits) {
        return new BigDecimal(above).divide(new BigDecimal(below), digits).toString();
    }

    private static void requireSmall(long bits) {
        if (bits > MAX_BITS) {
            throw tooLarge();
        }
    }

    private static ArithmeticException tooLarge() {
        return new ArithmeticException(
                "A number on the way has more than 3000 digits. Calculate with smaller numbers.");
    }
}
