package dev.kvasir.cli;

import dev.kvasir.quiz.PairedCounts;
import java.util.Locale;

/**
 * How many of some questions were answered rightly.
 *
 * @param of at least 1
 */
record Accuracy(int right, int of) {

    Accuracy {
        if (of < 1 || right < 0 || right > of) {
            throw new IllegalArgumentException("%d of %d is no share.".formatted(right, of));
        }
    }

    double share() {
        return (double) right / of;
    }

    /** Wilson's 95 % interval (1927). */
    private PairedCounts.Interval interval() {
        return PairedCounts.wilson(right, of, 0.95);
    }

    double low() {
        return interval().low();
    }

    double high() {
        return interval().high();
    }

    String line() {
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
