package dev.kvasir.run;

import java.util.EnumSet;
import java.util.Set;

/** How one try of a step went. */
public enum AttemptState {
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Its worker fell silent. */
    LOST,
    /** It did not move. */
    HUNG,
    /** Handed back unfinished, through no fault of its own. */
    RELEASED,
    CANCELLED;

    /** The states that may follow. */
    public Set<AttemptState> next() {
        return this == RUNNING ? EnumSet.complementOf(EnumSet.of(RUNNING)) : EnumSet.noneOf(AttemptState.class);
    }

    /** Whether nothing follows. */
    public boolean isFinal() {
        return next().isEmpty();
    }

    /** Whether it counts against the step's limit. */
    public boolean isCounted() {
        return this != RELEASED;
    }
}
