package dev.kvasir.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step's row, as far as its life is concerned.
 *
 * @param island absent for a node that needs no worker
 * @param attempts how often it was tried, the running try included
 */
record StepRow(UUID id, String node, @Nullable UUID island, StepState state, int attempts, int maxAttempts) {

    static final String COLUMNS = "step.id, step.node, step.island_id, step.state, step.attempts, step.max_attempts";

    static StepRow read(ResultSet row) throws SQLException {
        return new StepRow(
                row.getObject("id", UUID.class),
                row.getString("node"),
                row.getObject("island_id", UUID.class),
                StepState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getInt("max_attempts"));
    }

    StepRow in(StepState other) {
        return new StepRow(id, node, island, other, attempts, maxAttempts);
    }
}
