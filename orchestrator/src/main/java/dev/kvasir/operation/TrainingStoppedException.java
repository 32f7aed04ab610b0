package dev.kvasir.operation;

/** Ends a training between two of its steps. */
final class TrainingStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    TrainingStoppedException(Reason reason) {
        super("The training stops: " + reason);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** Why. */
    enum Reason {
        /** Somebody cancelled it. */
        CANCELLED,
        /** Another worker holds it, or may soon. */
        LOST,
        /** This worker's process is stopping. */
        DRAINING
    }
}
