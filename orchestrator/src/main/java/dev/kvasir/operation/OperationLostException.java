package dev.kvasir.operation;

/** An operation that others hold, or may soon; nothing of it may be written any more. */
final class OperationLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OperationLostException(OperationId operation) {
        super("The lease on %s is no longer held; another worker goes on with it.".formatted(operation));
    }
}
