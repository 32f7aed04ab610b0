package dev.kvasir.hook;

import dev.kvasir.run.HexIds;
import java.util.UUID;

/** What a receiver knows a message by, as {@code event_} and 32 hexadecimal digits; the same at every try. */
record MessageId(UUID value) {

    private static final String PREFIX = "event_";

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
