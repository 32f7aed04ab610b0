package dev.kvasir.run;

import java.util.Optional;
import java.util.UUID;

/** A step of a run, as {@code step_} and 32 hexadecimal digits. */
public record StepId(UUID value) {

    private static final String PREFIX = "step_";

    /** Reads an id as it is written; empty if it is not one. */
    public static Optional<StepId> parse(String text) {
        return HexIds.parse(PREFIX, text).map(StepId::new);
    }

    @Override
    public String toString() {
        return HexIds.format(PREFIX, value);
    }
}
