package dev.kvasir.schedule;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How schedules are kept.
 *
 * @param look how often due schedules are looked for when nothing wakes the server
 * @param keep how long it can be read what became of a due time
 */
@ConfigurationProperties("kvasir.schedule")
record ScheduleProperties(
        @DefaultValue("1s") Duration look,
        @DefaultValue("30d") Duration keep) {

    ScheduleProperties {
        if (!look.isPositive() || !keep.isPositive()) {
            throw new IllegalArgumentException(
                    "kvasir.schedule.look (%s) and kvasir.schedule.keep (%s) must be above 0.".formatted(look, keep));
        }
    }
}
