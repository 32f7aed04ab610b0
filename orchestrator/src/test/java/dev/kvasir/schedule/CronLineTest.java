package dev.kvasir.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronLineTest {

    /** Thursday. */
    private static final LocalDateTime NEW_YEAR = LocalDateTime.parse("2026-01-01T00:00:00");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    * * * * *            | 2026-01-01T00:01
                    0 0 * * *            | 2026-01-02T00:00
                    */15 * * * *         | 2026-01-01T00:15
                    5-20/5 * * * *       | 2026-01-01T00:05
                    7,3 * * * *          | 2026-01-01T00:03
                    30 9-17 * * MON-FRI  | 2026-01-01T09:30
                    0 12 * * sat,sun     | 2026-01-03T12:00
                    0 12 * * 0           | 2026-01-04T12:00
                    0 12 * * 7           | 2026-01-04T12:00
                    0 12 * * 6-7         | 2026-01-03T12:00
                    0 0 1 jul *          | 2026-07-01T00:00
                    0 0 31 * *           | 2026-01-31T00:00
                    0 0 29 2 *           | 2028-02-29T00:00
                    0 0 29 FEB MON       | 2026-02-02T00:00
                    0 0 13 * FRI         | 2026-01-02T00:00
                    0 0 2 1 WED          | 2026-01-02T00:00
                    0 0 */2 * FRI        | 2026-01-09T00:00
                    """)
    void theNextTimeIsTheOneThatCronNames(String line, LocalDateTime next) {
        assertThat(CronLine.parse(line).next(NEW_YEAR)).contains(next);
    }

    @Test
    void spacesDoNotCount() {
        assertThat(CronLine.parse("  0  12 *\t* 1 ")).hasToString("0 12 * * 1");
    }

    @Test
    void aDayThatNeverComesIsNone() {
        assertThat(CronLine.parse("0 0 31 2 *").next(NEW_YEAR)).isEmpty();
        assertThat(CronLine.parse("0 0 30 FEB *").next(NEW_YEAR)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    60 * * * *     | The minute of the cron line cannot be read: '60'. Write it like */15, 5 or 0,30 (0-59).
                    */0 * * * *    | The minute of the cron line cannot be read: '*/0'. Write it like */15, 5 or 0,30 (0-59).
                    0 24 * * *     | The hour of the cron line cannot be read: '24'. Write it like 9-17, 0 or */6 (0-23).
                    0 5-1 * * *    | The hour of the cron line cannot be read: '5-1'. Write it like 9-17, 0 or */6 (0-23).
                    0 0 0 * *      | The day of the month of the cron line cannot be read: '0'. Write it like 1, 1-7 or */2 (1-31).
                    0 0 L * *      | The day of the month of the cron line cannot be read: 'L'. Write it like 1, 1-7 or */2 (1-31).
                    0 0 ? * *      | The day of the month of the cron line cannot be read: '?'. Write it like 1, 1-7 or */2 (1-31).
                    0 0 1 foo *    | The month of the cron line cannot be read: 'foo'. Write it like *, 6 or JAN-MAR (1-12).
                    0 0 * * 8      | The day of the week of the cron line cannot be read: '8'. Write it like MON-FRI, 0 or 6,7 (0-7, Sunday is 0 and 7).
                    0 0 * * 1#2    | The day of the week of the cron line cannot be read: '1#2'. Write it like MON-FRI, 0 or 6,7 (0-7, Sunday is 0 and 7).
                    0 0 1, * *     | The day of the month of the cron line cannot be read: '1,'. Write it like 1, 1-7 or */2 (1-31).
                    @daily         | A cron line has 5 fields, not 1: minute, hour, day of the month, month, day of the week.
                    0 0 0 * * *    | A cron line has 5 fields, not 6: minute, hour, day of the month, month, day of the week.
                    """)
    void whatIsNoCronLineIsRefusedWithItsField(String line, String message) {
        assertThatThrownBy(() -> CronLine.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
