package dev.kvasir.library;

/** A graph that does not exist, or belongs to somebody else. */
public final class GraphNotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GraphNotFoundException(GraphId graph) {
        super("There is no graph " + graph + ". See the list of graphs.");
    }
}
