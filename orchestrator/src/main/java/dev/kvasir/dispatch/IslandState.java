package dev.kvasir.dispatch;

import java.util.EnumSet;
import java.util.Set;

/** Where an island is in its life. */
public enum IslandState {
    /** Something it needs has not come yet. */
    PENDING,
    /** May be claimed, at once or when its pause is over. */
    READY,
    /** A worker holds its lease. */
    RUNNING,
    SUCCEEDED,
    FAILED,
    SKIPPED,
    CANCELLED;

    /** The states that may follow. */
    public Set<IslandState> next() {
        return switch (this) {
            case PENDING -> EnumSet.of(READY, SKIPPED, CANCELLED);
            case READY -> EnumSet.of(RUNNING, SKIPPED, CANCELLED);
            case RUNNING -> EnumSet.of(READY, SUCCEEDED, FAILED, SKIPPED, CANCELLED);
            case SUCCEEDED, FAILED, SKIPPED, CANCELLED -> EnumSet.noneOf(IslandState.class);
        };
    }

    /** Whether nothing follows. */
    public boolean isFinal() {
        return next().isEmpty();
    }
}
