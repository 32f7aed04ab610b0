package dev.kvasir.schedule;

import dev.kvasir.library.GraphId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * When to start runs of a graph.
 *
 * @param version null for the newest at the time of the run
 * @param input of every run
 * @param next null while it is paused
 */
record Schedule(
        ScheduleId id,
        UUID owner,
        String name,
        GraphId graph,
        @Nullable Integer version,
        ObjectNode input,
        Timing timing,
        @Nullable Next next,
        Instant createdAt) {

    /**
     * When.
     *
     * @param cron null if {@code every} says it
     * @param every null if {@code cron} says it
     * @param catchUp how late a due time may still start a run
     * @param jitter each run starts up to so much later than it is due
     */
    record Timing(
            @Nullable CronLine cron,
            @Nullable Duration every,
            ZoneId zone,
            Overlap overlap,
            Duration catchUp,
            Duration jitter) {

        /** @param anchor from which {@code every} counts */
        DueRule rule(Instant anchor) {
            if (cron != null) {
                return new DueRule.Cron(cron, zone);
            }
            if (every != null) {
                return new DueRule.Every(every, anchor);
            }
            throw new IllegalStateException("A schedule has neither a cron line nor an interval");
        }
    }

    /**
     * What is due next.
     *
     * @param dueAt as the rule says
     * @param runAt with its share of the jitter
     */
    record Next(Instant dueAt, Instant runAt) {}

    /** What to do when a time is due while a run of the schedule is open. */
    enum Overlap {
        /** Nothing. */
        SKIP,
        /** Start one run when the open one has ended, however many times were due meanwhile. */
        BUFFER_ONE,
        /** Start a run beside it. */
        ALLOW_ALL,
        /** Cancel it, and start a run. */
        CANCEL_OTHER
    }

    boolean isActive() {
        return next != null;
    }

    DueRule rule() {
        return timing.rule(createdAt);
    }
}
