package dev.kvasir.library;

import dev.kvasir.graph.Problem;
import java.util.List;

/** A graph that breaks rules; all of them together. */
public final class GraphInvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    GraphInvalidException(List<Problem> problems) {
        super(summary(problems));
        this.problems = List.copyOf(problems);
    }

    private static String summary(List<Problem> problems) {
        List<String> errors =
                problems.stream().filter(Problem::isError).map(Problem::detail).toList();
        String count = errors.size() == 1 ? "1 problem: " : errors.size() + " problems: ";
        return count + String.join(" ", errors);
    }

    public List<Problem> problems() {
        return problems;
    }
}
