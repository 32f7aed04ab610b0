package dev.kvasir.run;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a run is in its life. */
public enum RunState {
    QUEUED,
    RUNNING,
    /** For an answer from outside. */
    WAITING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    /** The states that may follow. */
    public Set<RunState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED, TIMED_OUT);
            case RUNNING -> EnumSet.of(WAITING, SUCCEEDED, FAILED, CANCELLED, TIMED_OUT);
            case WAITING -> EnumSet.of(RUNNING, SUCCEEDED, FAILED, CANCELLED, TIMED_OUT);
            case SUCCEEDED, FAILED, CANCELLED, TIMED_OUT -> EnumSet.noneOf(RunState.class);
        };
    }

    /** Whether nothing follows. */
    public boolean isFinal() {
        return next().isEmpty();
    }

    /** The event that tells of it, such as {@code run.timed_out}. */
    String event() {
        return "run." + (this == RUNNING ? "started" : name().toLowerCase(Locale.ROOT));
    }
}
