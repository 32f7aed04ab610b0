package dev.kvasir.run;

import dev.kvasir.graph.Edge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step's row, as far as its life is concerned.
 *
 * @param visit how many steps its node had before
 * @param island absent for a node that needs no worker
 * @param attempts how often it was tried, the running try included
 * @param ports by which it was left; meaningful once it has ended
 */
record StepRow(
        UUID id,
        String node,
        Iteration iteration,
        int visit,
        @Nullable UUID island,
        StepState state,
        int attempts,
        int maxAttempts,
        List<String> ports) {

    static final String COLUMNS =
            "step.id, step.node, step.iteration, step.visit, step.island_id, step.state, step.attempts, step.max_attempts, step.ports";

    StepRow {
        ports = List.copyOf(ports);
    }

    static StepRow read(ResultSet row) throws SQLException {
        return new StepRow(
                row.getObject("id", UUID.class),
                row.getString("node"),
                Iteration.parse(row.getString("iteration")),
                row.getInt("visit"),
                row.getObject("island_id", UUID.class),
                StepState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                List.of((String[]) row.getArray("ports").getArray()));
    }

    /** The same in another state, left as a step is left that nobody asked where to. */
    StepRow in(StepState other) {
        return in(other, other.hasResult() ? List.of(Edge.OUT) : List.of());
    }

    StepRow in(StepState other, List<String> by) {
        return new StepRow(id, node, iteration, visit, island, other, attempts, maxAttempts, by);
    }

    /** Whether something may come by one of its ports: it ended well, or its run goes on by the port of failures. */
    boolean leaves(String port) {
        return (state.hasResult() || state == StepState.FAILED) && ports.contains(port);
    }
}
