package dev.kvasir.cli;

import dev.kvasir.quiz.Arm;
import dev.kvasir.quiz.PairedCounts;
import java.util.Locale;

/** Tells how C2C stands against another way. */
final class Pairing {

    private Pairing() {}

    static String line(Arm other, PairedCounts counts) {
        PairedCounts.Interval interval = counts.interval(0.95);
        return String.format(
                Locale.ROOT,
                "c2c - %-10s %+5.1f points  [%+.1f, %+.1f]  only c2c %d, only the other %d, p %.2g",
                other.name().toLowerCase(Locale.ROOT),
                100 * counts.difference(),
                100 * interval.low(),
                100 * interval.high(),
                counts.onlyFirst(),
                counts.onlySecond(),
                counts.exactP());
    }
}
