package dev.kvasir.condition;

/** A condition is not one: the message says what is wrong with it, as the end of a sentence. */
public final class ConditionSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConditionSyntaxException(String message) {
        super(message);
    }
}
