package dev.kvasir.quiz;

import java.util.Locale;

/**
 * How many of some questions were answered rightly.
 *
 * @param of at least 1
 */
public record Accuracy(int right, int of) {

    public Accuracy {
        if (of < 1 || right < 0 || right > of) {
            throw new IllegalArgumentException("%d of %d is no share.".formatted(right, of));
        }
    }

    /** From 0 to 1. */
    public double share() {
        return (double) right / of;
    }

    /** Wilson's 95 % interval (1927). */
    private PairedCounts.Interval interval() {
        return PairedCounts.wilson(right, of, 0.95);
    }

    /** The lower end of its 95 % interval. */
    public double low() {
        return interval().low();
    }

    /** The upper end of its 95 % interval. */
    public double high() {
        return interval().high();
    }

    /** For people: share, interval and counts. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%5.1f %%  [%.1f, %.1f]  %d of %d",
                100 * share(),
                100 * interval().low(),
                100 * interval().high(),
                right,
                of);
    }
}
