package dev.kvasir.exchange;

/** Text that holds no graph's documents: it breaks YAML's grammar, a limit, or the order of documents. */
public final class TextRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final String pointer;

    /** How it should be answered. */
    public enum Fault {
        /** It cannot be read. */
        MALFORMED,
        /** It is more than the limit allows. */
        TOO_LARGE
    }

    TextRefusedException(Fault fault, String pointer, String message) {
        super(message);
        this.fault = fault;
        this.pointer = pointer;
    }

    public Fault fault() {
        return fault;
    }

    /** Where in its document, as a JSON pointer; empty for the whole. */
    public String pointer() {
        return pointer;
    }
}
