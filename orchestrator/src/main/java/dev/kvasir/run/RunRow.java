package dev.kvasir.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run's row, as far as its life is concerned.
 *
 * @param stopState how it will end once nothing of it is running; null while it may go on
 * @param outerStep the step of another run that waits for it; null for a run of its own
 */
record RunRow(
        UUID id,
        UUID graph,
        int version,
        RunState state,
        @Nullable RunState stopState,
        @Nullable CancelMode stopMode,
        @Nullable UUID outerStep) {

    static final String COLUMNS =
            "run.id, run.graph_id, run.version, run.state, run.stop_state, run.stop_mode, run.outer_step_id";

    static RunRow read(ResultSet row) throws SQLException {
        String stopState = row.getString("stop_state");
        String stopMode = row.getString("stop_mode");
        return new RunRow(
                row.getObject("id", UUID.class),
                row.getObject("graph_id", UUID.class),
                row.getInt("version"),
                RunState.valueOf(row.getString("state")),
                stopState == null ? null : RunState.valueOf(stopState),
                stopMode == null ? null : CancelMode.valueOf(stopMode),
                row.getObject("outer_step_id", UUID.class));
    }

    boolean isStopping() {
        return stopState != null;
    }
}
