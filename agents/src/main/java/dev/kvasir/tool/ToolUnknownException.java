package dev.kvasir.tool;

/** A tool that a graph names and nobody offers here. */
public final class ToolUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolUnknownException(String name) {
        super("Tool '%s' is not offered here. Check that its server answers and that this worker's settings name it."
                .formatted(name));
    }
}
