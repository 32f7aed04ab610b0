package dev.kvasir.graph;

/** Text that is not JSON as we take it: it breaks the grammar or a limit. */
public final class MalformedJsonException extends RuntimeException {

    private final Fault fault;
    private final String pointer;

    /** How it should be answered. */
    public enum Fault {
        /** Not JSON, or JSON that no rule of a graph could judge. */
        MALFORMED,
        /** More than the limit allows. */
        TOO_LARGE
    }

    MalformedJsonException(Fault fault, String pointer, String message) {
        super(message);
        this.fault = fault;
        this.pointer = pointer;
    }

    public Fault fault() {
        return fault;
    }

    /** Where in the document, as a JSON pointer; empty for the whole. */
    public String pointer() {
        return pointer;
    }
}
