package dev.kvasir.tool;

/** Arguments that do not fit a tool; the message tells a model how to mend them. */
final class ArgumentsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ArgumentsException(String message) {
        super(message);
    }
}
