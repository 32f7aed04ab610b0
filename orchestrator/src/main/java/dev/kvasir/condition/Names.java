package dev.kvasir.condition;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a condition may name, beside {@code input}, {@code run.seed}, {@code run.attempts} and {@code loop.iteration}.
 *
 * @param nodes ids of nodes, each with {@code text}, {@code json} and {@code error}
 */
public record Names(Set<String> nodes) {

    public Names {
        nodes = Set.copyOf(nodes);
    }

    /** As sentences list them. */
    String listed() {
        return nodes.isEmpty() ? "none" : String.join(", ", new TreeSet<>(nodes));
    }
}
