package dev.kvasir.hook;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What webhooks and triggers refuse alike. */
final class Refusals {

    private static final int LONGEST_NAME = 200;
    private static final Duration GRACE = Duration.ofDays(1);
    private static final long LONGEST_GRACE_MS = Duration.ofDays(7).toMillis();

    private Refusals() {}

    static ProblemException outOfRange(String pointer, String detail) {
        return new ProblemException(ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at(pointer, detail)));
    }

    /** A name as it may be stored: no control characters, and none that change the direction of what follows. */
    static String name(@Nullable String name) {
        if (name == null
                || name.isBlank()
                || name.length() > LONGEST_NAME
                || name.codePoints().anyMatch(Refusals::isHidden)) {
            throw outOfRange("/name", "A name has 1 to %d visible characters.".formatted(LONGEST_NAME));
        }
        return name;
    }

    private static boolean isHidden(int point) {
        return Character.getType(point) == Character.CONTROL || Character.getType(point) == Character.FORMAT;
    }

    /** How long an old secret is good beside its successor: a day unless something else is asked for. */
    static Duration grace(@Nullable Long millis) {
        if (millis == null) {
            return GRACE;
        }
        if (millis < 0 || millis > LONGEST_GRACE_MS) {
            throw outOfRange("/graceMs", "graceMs must be between 0 and %d.".formatted(LONGEST_GRACE_MS));
        }
        return Duration.ofMillis(millis);
    }
}
