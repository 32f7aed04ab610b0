package dev.kvasir.web.fuser;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as these pages show them. */
final class Times {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** Such as {@code 10:04 UTC}. */
    static String ofDay(Instant time) {
        return at(time).substring("yyyy-MM-dd ".length());
    }

    static String at(Instant time) {
        return TIME.format(time);
    }

    /** Such as {@code 42 s}, {@code 12 min} or {@code 3 h 20 min}. */
    static String span(Duration span) {
        if (span.toSeconds() < 120) {
            return Math.max(0, span.toSeconds()) + " s";
        }
        if (span.toMinutes() < 120) {
            return span.toMinutes() + " min";
        }
        return span.toHours() + " h " + span.toMinutesPart() + " min";
    }
}
