package dev.kvasir.graph;

/** A template that breaks the grammar. */
final class TemplateSyntaxException extends RuntimeException {

    private final int line;

    /**
     * Refuses a template.
     *
     * @param line from 1
     * @param message without a place, such as "'{{#if' is never closed."
     */
    TemplateSyntaxException(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
