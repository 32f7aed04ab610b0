package dev.kvasir.hook;

import dev.kvasir.run.HexIds;
import java.util.Optional;
import java.util.UUID;

/** A trigger, as {@code trigger_} and 32 hexadecimal digits. */
record TriggerId(UUID value) {

    private static final String PREFIX = "trigger_";

    /** Reads an id as it is written; empty if it is not one. */
    static Optional<TriggerId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(TriggerId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
