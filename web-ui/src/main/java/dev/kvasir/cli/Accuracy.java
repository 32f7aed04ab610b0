package dev.kvasir.cli;

import java.util.Locale;

/**
 * How many of some questions were answered rightly.
 *
 * @param of at least 1
 */
record Accuracy(int right, int of) {

    /** The normal distribution's quantile for an interval that holds 95 %. */
    private static final double Z = 1.959964;

    Accuracy {
        if (of < 1 || right < 0 || right > of) {
            throw new IllegalArgumentException("%d of %d is no share.".formatted(right, of));
        }
    }

    double share() {
        return (double) right / of;
    }

    /** The lower end of Wilson's 95 % interval (1927), from 0. */
    double low() {
        return centre() - reach();
    }

    /** The upper end of Wilson's 95 % interval, to 1. */
    double high() {
        return centre() + reach();
    }

    private double centre() {
        return (share() + Z * Z / (2 * of)) / (1 + Z * Z / of);
    }

    private double reach() {
        double p = share();
        return Z * Math.sqrt(p * (1 - p) / of + Z * Z / (4.0 * of * of)) / (1 + Z * Z / of);
    }

    String line() {
        return String.format(
                Locale.ROOT, "%5.1f %%  [%.1f, %.1f]  %d of %d", 100 * share(), 100 * low(), 100 * high(), right, of);
    }
}
