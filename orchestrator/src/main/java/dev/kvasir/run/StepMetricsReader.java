package dev.kvasir.run;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads a row of {@code metric}. */
final class StepMetricsReader {

    private StepMetricsReader() {}

    static StepMetrics read(ResultSet row) throws SQLException {
        return new StepMetrics(
                row.getString("device"),
                row.getString("dtype"),
                row.getString("profile"),
                row.getLong("queue_ms"),
                row.getLong("load_ms"),
                row.getLong("prefill_ms"),
                row.getLong("align_ms"),
                row.getLong("project_ms"),
                row.getLong("fuse_ms"),
                row.getLong("copy_ms"),
                row.getLong("decode_ms"),
                row.getLong("tool_ms"),
                row.getLong("first_token_ms"),
                row.getLong("total_ms"),
                row.getInt("prompt_tokens"),
                row.getInt("generated_tokens"),
                row.getInt("reused_tokens"),
                row.getInt("avoided_tokens"),
                row.getString("avoided_basis"),
                row.getLong("cache_bytes"),
                row.getInt("fused_positions"),
                row.getDouble("aligned_share"));
    }
}
