package dev.kvasir.operation;

import dev.kvasir.dispatch.NoticeListener;
import dev.kvasir.dispatch.Notices;
import dev.kvasir.dispatch.Notices.Channel;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Operations in PostgreSQL. */
final class StoredOperations implements Operations {

    /** The pool whose workers execute operations. */
    private static final String POOL = "default";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final OperationRows rows;
    private final NoticeListener listener;

    StoredOperations(JdbcClient jdbc, TransactionTemplate transactions, OperationRows rows, NoticeListener listener) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.rows = rows;
        this.listener = listener;
    }

    @Override
    public OperationRecord queue(UUID owner, OperationOrder order) {
        OperationId id = transactions.execute(status -> rows.insert(owner, POOL, order));
        return rows.find(owner, id).orElseThrow();
    }

    @Override
    public Optional<OperationRecord> find(UUID owner, OperationId operation) {
        return rows.find(owner, operation);
    }

    @Override
    public List<OperationRecord> list(UUID owner, OperationKind kind, int limit) {
        return rows.list(owner, kind, limit);
    }

    @Override
    public List<OperationEvent> events(UUID owner, OperationId operation, long after, int limit) {
        return rows.events(owner, operation, after, limit);
    }

    @Override
    public List<JsonNode> course(UUID owner, OperationId operation, String phase, String always, int most) {
        return rows.course(owner, operation, phase, always, most);
    }

    @Override
    public Optional<OperationRecord> cancel(UUID owner, OperationId operation) {
        Optional<OperationRecord> found = rows.find(owner, operation);
        if (found.isEmpty()) {
            return found;
        }
        transactions.executeWithoutResult(status -> stop(operation));
        return rows.find(owner, operation);
    }

    /** What nobody holds ends now; a worker that holds it is told when it renews its lease. */
    private void stop(OperationId operation) {
        int ended = jdbc.sql("""
                        WITH ended AS (
                            UPDATE operation
                            SET state = 'CANCELLED', stop_requested_at = clock_timestamp(), worker_id = NULL, lease_until = NULL,
                                finished_at = clock_timestamp(), last_event = last_event + 1
                            WHERE id = :id AND (state = 'QUEUED' OR state = 'RUNNING' AND lease_until < clock_timestamp())
                            RETURNING id, last_event)
                        INSERT INTO operation_event (operation_id, seq, name)
                        SELECT id, last_event, 'operation.cancelled' FROM ended""").param("id", operation.value()).update();
        if (ended == 0) {
            tell(operation);
        }
        new Notices(jdbc).operation(operation.value());
    }

    private void tell(OperationId operation) {
        int told = jdbc.sql("""
                        UPDATE operation SET stop_requested_at = coalesce(stop_requested_at, clock_timestamp())
                        WHERE id = :id AND state = 'RUNNING'""").param("id", operation.value()).update();
        if (told == 0) {
            String state = jdbc.sql("SELECT state FROM operation WHERE id = :id")
                    .param("id", operation.value())
                    .query(String.class)
                    .single();
            throw new OperationFinishedException(operation, OperationState.valueOf(state));
        }
    }

    @Override
    public Runnable onNews(Consumer<Optional<OperationId>> news) {
        return listener.on(
                Channel.OPERATION,
                payload -> news.accept(
                        payload.equals(NoticeListener.EVERYTHING)
                                ? Optional.empty()
                                : Optional.of(new OperationId(UUID.fromString(payload)))));
    }
}
