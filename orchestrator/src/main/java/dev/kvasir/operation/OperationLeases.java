package dev.kvasir.operation;

import dev.kvasir.dispatch.Claimant;
import dev.kvasir.dispatch.Notices;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The lease on an operation's row: claimed, renewed, ended, and what is written under it. All times are the database's. A lease that
 * has run out is claimed like an operation that waits, so nobody need look for silent workers.
 */
final class OperationLeases {

    private static final String CLAIM = """
            WITH due AS (
                SELECT o.id
                FROM operation o
                WHERE o.pool = :pool AND o.kind = :kind
                  AND (o.state = 'QUEUED' AND o.ready_at <= clock_timestamp()
                       OR o.state = 'RUNNING' AND o.lease_until < clock_timestamp())
                  AND EXISTS (SELECT 1 FROM worker_model m WHERE m.worker_id = :worker AND m.model = coalesce(o.sharer, o.receiver))
                  AND EXISTS (SELECT 1 FROM worker_model m WHERE m.worker_id = :worker AND m.model = o.receiver)
                ORDER BY o.created_at, o.id
                LIMIT 1
                FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE operation o
            SET state = 'RUNNING', worker_id = :worker, worker_name = :name, epoch = o.epoch + 1,
                losses = o.losses + CASE WHEN o.state = 'RUNNING' THEN 1 ELSE 0 END,
                lease_until = clock_timestamp() + :lease * interval '1 ms',
                started_at = coalesce(o.started_at, clock_timestamp())
            FROM due
            WHERE o.id = due.id
            RETURNING o.id, o.epoch, o.request::text AS request, o.losses, o.stop_requested_at IS NOT NULL AS stopping,
                coalesce((SELECT (e.data ->> 'step')::integer FROM operation_event e
                          WHERE e.operation_id = o.id AND e.name = 'operation.progress' AND e.data ->> 'phase' = 'TRAINING'
                          ORDER BY e.seq DESC LIMIT 1), 0) AS last_step""";

    private static final String RENEW = """
            UPDATE operation SET lease_until = clock_timestamp() + :lease * interval '1 ms'
            WHERE id = :id AND epoch = :epoch AND state = 'RUNNING' AND lease_until > clock_timestamp()
            RETURNING stop_requested_at IS NOT NULL""";

    private static final String APPEND = """
            WITH numbered AS (
                UPDATE operation SET last_event = last_event + :count
                WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'
                RETURNING last_event - :count AS base)
            INSERT INTO operation_event (operation_id, seq, name, data)
            SELECT :id, base + e.place, e.name, e.data::json
            FROM numbered, unnest(:names::text[], :data::text[]) WITH ORDINALITY AS e (name, data, place)""";

    private static final String END = """
            UPDATE operation
            SET state = :state, worker_id = NULL, lease_until = NULL, finished_at = clock_timestamp(),
                result = :result::json, error = :error::json
            WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'""";

    private static final String HAND_BACK = """
            UPDATE operation
            SET state = 'QUEUED', worker_id = NULL, lease_until = NULL,
                ready_at = clock_timestamp() + :pause * interval '1 ms'
            WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'""";

    /** Characters of a result that its last event repeats. */
    private static final int LARGEST_TOLD = 16_384;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Notices notices;
    private final Claimant worker;
    private final OperationKind kind;
    private final Duration lease;

    OperationLeases(
            JdbcClient jdbc, TransactionTemplate transactions, Claimant worker, OperationKind kind, Duration lease) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.notices = new Notices(jdbc);
        this.worker = worker;
        this.kind = kind;
        this.lease = lease;
    }

    /**
     * One thing to tell of.
     *
     * @param data an object
     */
    record Entry(String name, ObjectNode data) {}

    /** How an operation ended; {@code result} or {@code error} or neither, by its state. */
    record End(OperationState state, @Nullable ObjectNode result, OperationRecord.@Nullable Fault error) {}

    /** Takes the oldest operation that waits or whose worker fell silent, and whose models this worker has. */
    Optional<OperationLease> claim() {
        return transactions.execute(status -> {
            Optional<OperationLease> claimed = jdbc.sql(CLAIM)
                    .param("pool", worker.pool())
                    .param("kind", kind.name())
                    .param("worker", worker.id().value())
                    .param("name", worker.name())
                    .param("lease", lease.toMillis())
                    .query((row, number) -> lease(row))
                    .optional();
            claimed.ifPresent(taken -> append(taken, List.of(started(taken))));
            return claimed;
        });
    }

    private Entry started(OperationLease taken) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("worker", worker.name());
        if (taken.losses() > 0) {
            data.put("losses", taken.losses());
        }
        return new Entry(OperationState.RUNNING.event(), data);
    }

    /**
     * Renews.
     *
     * @return whether it is to stop; empty if the lease is lost
     */
    Optional<Boolean> renew(OperationLease held) {
        return jdbc.sql(RENEW)
                .param("lease", lease.toMillis())
                .param("id", held.id().value())
                .param("epoch", held.epoch())
                .query(Boolean.class)
                .optional();
    }

    /**
     * Writes events.
     *
     * @throws OperationLostException if the lease is no longer held
     */
    void append(OperationLease held, List<Entry> entries) {
        int rows = jdbc.sql(APPEND)
                .param("count", entries.size())
                .param("id", held.id().value())
                .param("epoch", held.epoch())
                .param("names", entries.stream().map(Entry::name).toArray(String[]::new))
                .param(
                        "data",
                        entries.stream().map(entry -> entry.data().toString()).toArray(String[]::new))
                .update();
        requireHeld(held, rows);
        notices.operation(held.id().value());
    }

    /**
     * Ends it for good, with its last event.
     *
     * @throws OperationLostException if the lease is no longer held; nothing is written then
     */
    void end(OperationLease held, End end) {
        JsonMapper json = JsonMapper.shared();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        String result = end.result() == null ? null : end.result().toString();
        if (result != null && result.length() <= LARGEST_TOLD) {
            data.set("result", end.result());
        }
        if (end.error() != null) {
            data.set("error", json.valueToTree(end.error()));
        }
        transactions.executeWithoutResult(status -> {
            append(held, List.of(new Entry(end.state().event(), data)));
            int rows = jdbc.sql(END)
                    .param("state", end.state().name())
                    .param("result", result)
                    .param("error", end.error() == null ? null : json.writeValueAsString(end.error()))
                    .param("id", held.id().value())
                    .param("epoch", held.epoch())
                    .update();
            requireHeld(held, rows);
        });
    }

    /** Lets another claim follow after a pause. */
    void handBack(OperationLease held, Duration pause, String reason) {
        ObjectNode why = JsonNodeFactory.instance.objectNode().put("reason", reason);
        transactions.executeWithoutResult(status -> {
            append(held, List.of(new Entry(OperationState.QUEUED.event(), why)));
            int rows = jdbc.sql(HAND_BACK)
                    .param("pause", pause.toMillis())
                    .param("id", held.id().value())
                    .param("epoch", held.epoch())
                    .update();
            requireHeld(held, rows);
        });
    }

    private static void requireHeld(OperationLease held, int rows) {
        if (rows == 0) {
            throw new OperationLostException(held.id());
        }
    }

    private static OperationLease lease(ResultSet row) throws SQLException {
        return new OperationLease(
                new OperationId(row.getObject("id", UUID.class)),
                row.getLong("epoch"),
                row.getString("request"),
                row.getInt("losses"),
                row.getBoolean("stopping"),
                row.getInt("last_step"));
    }
}
