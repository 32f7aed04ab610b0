package dev.kvasir.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of a document.
 *
 * @param graph the graph, unless a problem is an error
 * @param plan how it would run now, unless a problem is an error
 * @param problems all of them, by their place in the document
 */
public record Validation(@Nullable Graph graph, @Nullable Plan plan, List<Problem> problems) {

    public Validation {
        problems = List.copyOf(problems);
    }

    /** Whether it may be published and run. */
    public boolean isAccepted() {
        return graph != null;
    }

    public List<Problem> errors() {
        return problems.stream().filter(Problem::isError).toList();
    }

    /** The graph of an accepted document. */
    public Graph acceptedGraph() {
        if (graph == null) {
            throw new IllegalStateException("The graph has problems: " + problems);
        }
        return graph;
    }

    /** The plan of an accepted document. */
    public Plan acceptedPlan() {
        if (plan == null) {
            throw new IllegalStateException("The graph has problems: " + problems);
        }
        return plan;
    }
}
