package dev.kvasir.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over changes of clocks that were made, or are law. */
class DueRuleTest {

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
        "America/New_York, 15 2 * * *, 2026-03-07T12:00:00Z, 2026-03-08T07:00:00Z, 2026-03-09T06:15:00Z",
        // half an hour only
        "Australia/Lord_Howe, 10 2 * * *, 2026-10-03T00:00:00Z, 2026-10-03T15:30:00Z, 2026-10-04T15:10:00Z",
        // at midnight
        "Africa/Cairo, 0 0 * * *, 2026-04-23T12:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
        // a whole day, across the date line
        "Pacific/Apia, 0 12 * * *, 2011-12-29T23:00:00Z, 2011-12-30T10:00:00Z, 2011-12-30T22:00:00Z"
    })
    void aLocalTimeThatIsSkippedIsDueAtTheNextThatIsNot(
            ZoneId zone, String line, Instant after, Instant next, Instant nextButOne) {
        DueRule rule = new DueRule.Cron(CronLine.parse(line), zone);

        assertThat(rule.upcoming(after, 2)).containsExactly(next, nextButOne);
    }

    @Test
    void severalLocalTimesThatAreSkippedAreDueOnceTogether() {
        DueRule rule = new DueRule.Cron(CronLine.parse("*/15 * * * *"), ZoneId.of("Europe/Berlin"));

        assertThat(rule.upcoming(Instant.parse("2026-03-29T00:40:00Z"), 3))
                .containsExactly(
                        Instant.parse("2026-03-29T00:45:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-29T01:15:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
        "America/New_York, 30 1 * * *, 2026-10-31T12:00:00Z, 2026-11-01T05:30:00Z, 2026-11-02T06:30:00Z",
        "Australia/Lord_Howe, 45 1 * * *, 2026-04-04T00:00:00Z, 2026-04-04T14:45:00Z, 2026-04-05T15:15:00Z"
    })
    void aLocalTimeThatComesTwiceIsDueOnce(ZoneId zone, String line, Instant after, Instant next, Instant nextButOne) {
        DueRule rule = new DueRule.Cron(CronLine.parse(line), zone);

        assertThat(rule.upcoming(after, 2)).containsExactly(next, nextButOne);
        assertThat(rule.next(next.plus(20, ChronoUnit.MINUTES))).contains(nextButOne);
        assertThat(rule.next(next.plus(1, ChronoUnit.HOURS))).contains(nextButOne);
    }

    /** Noon and half past two, each day of twenty years: never none and never two. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran", "Antarctica/Troll"})
    void eachDayHasEachLocalTimeOnce(ZoneId zone) {
        for (String line : List.of("0 12 * * *", "30 2 * * *", "0 0 * * *")) {
            DueRule rule = new DueRule.Cron(CronLine.parse(line), zone);
            LocalDate first = LocalDate.parse("2010-01-01");
            List<Instant> times =
                    rule.upcoming(first.atStartOfDay(zone).toInstant().minusMillis(1), 7305);

            assertThat(times)
                    .extracting(time -> LocalDate.ofInstant(time, zone))
                    .isEqualTo(first.datesUntil(first.plusDays(7305)).toList());
        }
    }

    @Test
    void anIntervalCountsFromItsAnchorWhateverTheTimeBetween() {
        Instant anchor = Instant.parse("2026-01-01T00:00:00.123Z");
        DueRule rule = new DueRule.Every(Duration.ofSeconds(2), anchor);

        assertThat(rule.next(anchor)).contains(anchor.plusSeconds(2));
        assertThat(rule.next(anchor.plusMillis(1999))).contains(anchor.plusSeconds(2));
        assertThat(rule.next(anchor.plusSeconds(2))).contains(anchor.plusSeconds(4));
        assertThat(rule.next(anchor.plus(365, ChronoUnit.DAYS).plusMillis(1)))
                .contains(anchor.plus(365, ChronoUnit.DAYS).plusSeconds(2));
        assertThat(rule.next(anchor.minusSeconds(5))).contains(anchor);
    }

    @Test
    void aLineThatNamesNoDayEndsTheList() {
        DueRule rule = new DueRule.Cron(CronLine.parse("0 0 31 2 *"), ZoneId.of("UTC"));

        assertThat(rule.upcoming(Instant.EPOCH, 3)).isEmpty();
    }
}
