package dev.kvasir.schedule;

import dev.kvasir.run.HexIds;
import java.util.Optional;
import java.util.UUID;

/** A schedule, as {@code schedule_} and 32 hexadecimal digits. */
record ScheduleId(UUID value) {

    private static final String PREFIX = "schedule_";

    /** Reads an id as it is written; empty if it is not one. */
    static Optional<ScheduleId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(ScheduleId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
