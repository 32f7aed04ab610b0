package dev.kvasir.condition;

/** A condition could not be decided over the values there are; the message says why, as the end of a sentence. */
public final class ConditionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConditionException(String message, Throwable cause) {
        super(message, cause);
    }

    ConditionException(String message) {
        super(message);
    }
}
