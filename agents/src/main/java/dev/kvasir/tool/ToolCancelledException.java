package dev.kvasir.tool;

/** A call that nobody waits for any more. */
public final class ToolCancelledException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolCancelledException() {
        super("The call was cancelled.");
    }
}
