package dev.kvasir.run;

import java.util.Optional;
import java.util.UUID;

/** A run, as {@code run_} and 32 hexadecimal digits. */
public record RunId(UUID value) {

    private static final String PREFIX = "run_";

    /** Reads an id as it is written; empty if it is not one. */
    public static Optional<RunId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(RunId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
