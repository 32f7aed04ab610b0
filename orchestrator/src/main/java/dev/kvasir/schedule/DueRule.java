package dev.kvasir.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which times are due. */
sealed interface DueRule {

    /** The first due time after another; empty if none ever comes. */
    Optional<Instant> next(Instant after);

    /** The next few due times after another. */
    default List<Instant> upcoming(Instant after, int count) {
        List<Instant> times = new ArrayList<>();
        Instant last = after;
        while (times.size() < count) {
            Optional<Instant> next = next(last);
            if (next.isEmpty()) {
                return times;
            }
            last = next.get();
            times.add(last);
        }
        return times;
    }

    /**
     * Local times of a zone. One that the zone skips is due at the first that it does not skip; one that it has twice is due the first
     * time.
     */
    record Cron(CronLine line, ZoneId zone) implements DueRule {

        @Override
        public Optional<Instant> next(Instant after) {
            Optional<LocalDateTime> local = line.next(LocalDateTime.ofInstant(after, zone));
            while (local.isPresent() && !instant(local.get()).isAfter(after)) {
                local = line.next(local.get()); // the second pass through an hour that the zone has twice
            }
            return local.map(this::instant);
        }

        private Instant instant(LocalDateTime local) {
            ZoneOffsetTransition change = zone.getRules().getTransition(local);
            if (change == null) {
                return local.toInstant(zone.getRules().getOffset(local));
            }
            return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
        }
    }

    /**
     * Every so often, counted from an anchor.
     *
     * @param every above 0
     */
    record Every(Duration every, Instant anchor) implements DueRule {

        @Override
        public Optional<Instant> next(Instant after) {
            if (after.isBefore(anchor)) {
                return Optional.of(anchor);
            }
            long rounds = Duration.between(anchor, after).dividedBy(every) + 1;
            return Optional.of(anchor.plus(every.multipliedBy(rounds)));
        }
    }
}
