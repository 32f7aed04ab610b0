package dev.kvasir.operation;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Operations and their events as rows, read and queued. */
final class OperationRows {

    private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

    private static final String READ = """
            SELECT o.*, (SELECT e.data FROM operation_event e
                         WHERE e.operation_id = o.id AND e.name = 'operation.progress' ORDER BY e.seq DESC LIMIT 1) AS progress
            FROM operation o WHERE o.owner_id = :owner""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    OperationRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    OperationId insert(UUID owner, String pool, OperationOrder order) {
        UUID id = IDS.generate();
        jdbc.sql("""
                        INSERT INTO operation (id, owner_id, kind, state, pool, fuser, sharer, receiver, request, last_event)
                        VALUES (:id, :owner, :kind, 'QUEUED', :pool, :fuser, :sharer, :receiver, :request::json, 1)""")
                .param("id", id)
                .param("owner", owner)
                .param("kind", order.kind().name())
                .param("pool", pool)
                .param("fuser", order.fuser())
                .param("sharer", order.sharer())
                .param("receiver", order.receiver())
                .param("request", order.request())
                .update();
        jdbc.sql("INSERT INTO operation_event (operation_id, seq, name) VALUES (:id, 1, 'operation.queued')")
                .param("id", id)
                .update();
        return new OperationId(id);
    }

    Optional<OperationRecord> find(UUID owner, OperationId operation) {
        return jdbc.sql(READ + " AND o.id = :id")
                .param("owner", owner)
                .param("id", operation.value())
                .query((row, number) -> record(row))
                .optional();
    }

    List<OperationRecord> list(UUID owner, OperationKind kind, int limit) {
        return jdbc.sql(READ + " AND o.kind = :kind ORDER BY o.created_at DESC, o.id DESC LIMIT :limit")
                .param("owner", owner)
                .param("kind", kind.name())
                .param("limit", limit)
                .query((row, number) -> record(row))
                .list();
    }

    List<OperationEvent> events(UUID owner, OperationId operation, long after, int limit) {
        return jdbc.sql("""
                        SELECT e.seq, e.at, e.name, e.data FROM operation_event e JOIN operation o ON o.id = e.operation_id
                        WHERE e.operation_id = :id AND o.owner_id = :owner AND e.seq > :after ORDER BY e.seq LIMIT :limit""")
                .param("id", operation.value())
                .param("owner", owner)
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> new OperationEvent(
                        row.getLong("seq"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        operation,
                        row.getString("name"),
                        json.readTree(row.getString("data"))))
                .list();
    }

    List<JsonNode> course(UUID owner, OperationId operation, String phase, String always, int most) {
        return jdbc.sql("""
                        WITH point AS (
                            SELECT e.seq, e.data, row_number() OVER (ORDER BY e.seq) AS place, count(*) OVER () AS points
                            FROM operation_event e JOIN operation o ON o.id = e.operation_id
                            WHERE e.operation_id = :id AND o.owner_id = :owner AND e.name = 'operation.progress'
                              AND e.data ->> 'phase' = :phase)
                        SELECT data FROM point
                        WHERE place % greatest(1, points / :most) = 0 OR place IN (1, points)
                           OR data -> :always IS NOT NULL
                        ORDER BY seq""")
                .param("most", most)
                .param("phase", phase)
                .param("always", always)
                .param("id", operation.value())
                .param("owner", owner)
                .query((row, number) -> json.readTree(row.getString("data")))
                .list();
    }

    private OperationRecord record(ResultSet row) throws SQLException {
        JsonNode error = tree(row.getString("error"));
        return new OperationRecord(
                new OperationId(row.getObject("id", UUID.class)),
                OperationKind.valueOf(row.getString("kind")),
                OperationState.valueOf(row.getString("state")),
                row.getString("fuser"),
                row.getString("sharer"),
                row.getString("receiver"),
                json.readTree(row.getString("request")),
                row.getObject("stop_requested_at") != null,
                tree(row.getString("progress")),
                tree(row.getString("result")),
                error == null ? null : json.treeToValue(error, OperationRecord.Fault.class),
                row.getString("worker_name"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getLong("last_event"));
    }

    private @Nullable JsonNode tree(@Nullable String text) {
        return text == null ? null : json.readTree(text);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
