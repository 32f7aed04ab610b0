package dev.kvasir.run;

import java.util.Optional;
import java.util.UUID;

/** What a run waits for from a person, as {@code wait_} and 32 hexadecimal digits. */
public record WaitId(UUID value) {

    private static final String PREFIX = "wait_";

    /** Reads an id as it is written; empty if it is not one. */
    public static Optional<WaitId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(WaitId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
