package dev.kvasir.run;

/** An Idempotency-Key that does not fit the request. */
public final class RunKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Why. */
    public enum Kind {
        MISMATCH,
        IN_FLIGHT
    }

    private RunKeyException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static RunKeyException mismatch() {
        return new RunKeyException(
                Kind.MISMATCH,
                "This Idempotency-Key was used with another body. Use a new key, or send the body it was used with.");
    }

    static RunKeyException inFlight() {
        return new RunKeyException(
                Kind.IN_FLIGHT, "The first request with this Idempotency-Key has not been answered yet. Try again.");
    }

    public Kind kind() {
        return kind;
    }
}
