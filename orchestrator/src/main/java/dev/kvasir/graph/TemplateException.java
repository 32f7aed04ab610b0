package dev.kvasir.graph;

/** A template that could not be filled in with the values of a run. */
public final class TemplateException extends RuntimeException {

    private final Fault fault;

    /** What went wrong; the step fails with the code of this name. */
    public enum Fault {
        TEMPLATE_VALUE_MISSING,
        TEMPLATE_LIMIT
    }

    TemplateException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
