package dev.kvasir.run;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list; null means any.
 *
 * @param within the run whose inner runs are meant; null for those that run within none
 * @param graph the graph's id
 * @param label {@code name=value}
 */
public record RunFilter(
        @Nullable UUID graph,
        @Nullable Integer version,
        Set<RunState> states,
        @Nullable String label,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable RunId within) {

    public static final RunFilter ANY = new RunFilter(null, null, Set.of(), null, null, null, null);

    public RunFilter {
        states = Set.copyOf(states);
    }
}
