package dev.kvasir.web.run;

import dev.kvasir.run.EventRecord;
import java.time.Duration;
import java.time.Instant;

/**
 * One event.
 *
 * @param since time from the run's creation
 * @param where node or edge, if it has one
 */
public record EventView(long seq, String since, String name, String where, String data) {

    private static final int LONGEST = 200;

    static EventView of(EventRecord event, Instant created) {
        String data = event.data().isEmpty() ? "" : event.data().toString();
        String where = event.node() != null ? event.node() : event.edge() == null ? "" : event.edge();
        return new EventView(
                event.seq(),
                "+" + Duration.between(created, event.at()).toMillis() + " ms",
                event.name(),
                where,
                data.length() <= LONGEST ? data : data.substring(0, LONGEST) + "…");
    }
}
