package dev.kvasir.run;

import java.util.EnumSet;
import java.util.Set;

/** Where a step is in its life. */
public enum StepState {
    /** Something before it has not ended. */
    PENDING,
    READY,
    RUNNING,
    /** For an answer from outside. */
    WAITING,
    SUCCEEDED,
    FAILED,
    SKIPPED,
    CANCELLED,
    /** Its result was taken from an earlier run. */
    REUSED;

    /** The states that may follow. */
    public Set<StepState> next() {
        return switch (this) {
            case PENDING -> EnumSet.of(READY, SUCCEEDED, FAILED, SKIPPED, CANCELLED, REUSED);
            case READY -> EnumSet.of(RUNNING, FAILED, SKIPPED, CANCELLED);
            case RUNNING -> EnumSet.of(READY, WAITING, SUCCEEDED, FAILED, SKIPPED, CANCELLED);
            case WAITING -> EnumSet.of(READY, RUNNING, SUCCEEDED, FAILED, SKIPPED, CANCELLED);
            case SUCCEEDED, FAILED, SKIPPED, CANCELLED, REUSED -> EnumSet.noneOf(StepState.class);
        };
    }

    /** Whether nothing follows. */
    public boolean isFinal() {
        return next().isEmpty();
    }

    /** Whether it left a result for those after it. */
    public boolean hasResult() {
        return this == SUCCEEDED || this == REUSED;
    }
}
