package dev.kvasir.schedule;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * A line of five fields as cron has them: minute, hour, day of the month, month, day of the week. A field is {@code *}, a value, a range
 * or a list of these, each with a step if need be; months and days of the week have names. Where both kinds of days are named, either is
 * enough, as in cron; a field that begins with {@code *} names none.
 *
 * <p>The times themselves are Spring's {@link CronExpression}'s, which has a field for seconds and asks for both kinds of days.
 */
final class CronLine {

    private static final List<String> NAMES = List.of("minute", "hour", "day of the month", "month", "day of the week");
    private static final int DAY_OF_MONTH = 2;
    private static final int DAY_OF_WEEK = 4;
    private static final Pattern ITEM =
            Pattern.compile("(\\*|([0-9]{1,2}|[A-Za-z]{3})(-([0-9]{1,2}|[A-Za-z]{3}))?)(/[0-9]{1,2})?");

    private final String text;
    private final List<CronExpression> either;

    private CronLine(String text, List<CronExpression> either) {
        this.text = text;
        this.either = either;
    }

    /** @throws IllegalArgumentException saying which field cannot be read */
    static CronLine parse(String text) {
        List<String> fields = List.of(text.strip().split("\\s+"));
        if (fields.size() != NAMES.size()) {
            throw new IllegalArgumentException(
                    "A cron line has 5 fields, not %d: minute, hour, day of the month, month, day of the week."
                            .formatted(text.isBlank() ? 0 : fields.size()));
        }
        for (int at = 0; at < fields.size(); at++) {
            check(fields.get(at), at);
        }
        String line = String.join(" ", fields);
        boolean bothDays = !fields.get(DAY_OF_MONTH).startsWith("*")
                && !fields.get(DAY_OF_WEEK).startsWith("*");
        return new CronLine(
                line,
                bothDays
                        ? List.of(expression(fields, DAY_OF_WEEK), expression(fields, DAY_OF_MONTH))
                        : List.of(expression(fields, -1)));
    }

    private static void check(String field, int at) {
        for (String item : field.split(",", -1)) {
            if (!ITEM.matcher(item).matches()) {
                throw unreadable(field, at, null);
            }
        }
        try {
            var _ = expression(List.of("*", "*", "*", "*", "*"), at, field);
        } catch (IllegalArgumentException outOfRange) {
            throw unreadable(field, at, outOfRange);
        }
    }

    private static IllegalArgumentException unreadable(String field, int at, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "The %s of the cron line cannot be read: '%s'. Write it like %s."
                        .formatted(NAMES.get(at), field, example(at)),
                cause);
    }

    private static String example(int at) {
        return switch (at) {
            case 0 -> "*/15, 5 or 0,30 (0-59)";
            case 1 -> "9-17, 0 or */6 (0-23)";
            case 2 -> "1, 1-7 or */2 (1-31)";
            case 3 -> "*, 6 or JAN-MAR (1-12)";
            default -> "MON-FRI, 0 or 6,7 (0-7, Sunday is 0 and 7)";
        };
    }

    /** The line with one of its fields open. */
    private static CronExpression expression(List<String> fields, int open) {
        return open < 0 ? spring(fields) : expression(fields, open, "*");
    }

    private static CronExpression expression(List<String> fields, int at, String other) {
        return spring(Stream.concat(
                        Stream.concat(fields.subList(0, at).stream(), Stream.of(other)),
                        fields.subList(at + 1, fields.size()).stream())
                .toList());
    }

    private static CronExpression spring(List<String> fields) {
        return CronExpression.parse("0 " + String.join(" ", fields));
    }

    /** The first minute after a local time that the line names; empty if none ever comes. */
    Optional<LocalDateTime> next(LocalDateTime after) {
        return either.stream()
                .map(expression -> Optional.ofNullable(expression.next(after)))
                .flatMap(Optional::stream)
                .min(LocalDateTime::compareTo);
    }

    /** The fields with one space between them. */
    @Override
    public String toString() {
        return text;
    }
}
