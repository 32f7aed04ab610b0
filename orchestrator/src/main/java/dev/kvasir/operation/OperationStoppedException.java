package dev.kvasir.operation;

/** Ends an operation between two of its steps. */
public final class OperationStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    OperationStoppedException(Reason reason) {
        super("The operation stops: " + reason);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why. */
    public enum Reason {
        /** Somebody cancelled it. */
        CANCELLED,
        /** Another worker holds it, or may soon. */
        LOST,
        /** This worker's process is stopping. */
        DRAINING
    }
}
