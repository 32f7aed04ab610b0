package dev.kvasir.operation;

import java.util.Locale;
import java.util.Set;

/** How far an operation is. */
public enum OperationState {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** What may follow; a worker that stops or has no room hands its operation back. */
    public Set<OperationState> next() {
        return switch (this) {
            case QUEUED -> Set.of(RUNNING, CANCELLED);
            case RUNNING -> Set.of(QUEUED, SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> Set.of();
        };
    }

    public boolean isFinal() {
        return next().isEmpty();
    }

    /** The event that tells of it, such as {@code operation.succeeded}. */
    public String event() {
        return this == RUNNING ? "operation.started" : "operation." + name().toLowerCase(Locale.ROOT);
    }
}
