package dev.kvasir.operation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Operations as callers know them. What belongs to others is not found. */
public interface Operations {

    /**
     * Queues one.
     *
     * @throws org.springframework.dao.DuplicateKeyException if it trains a fuser that another trains already
     */
    OperationRecord queue(UUID owner, OperationOrder order);

    Optional<OperationRecord> find(UUID owner, OperationId operation);

    /** Those of a kind, the newest first. */
    List<OperationRecord> list(UUID owner, OperationKind kind, int limit);

    /** Events after a number, oldest first. */
    List<OperationEvent> events(UUID owner, OperationId operation, long after, int limit);

    /**
     * What its {@code operation.progress} events of one phase held, in order.
     *
     * @param most of them, about; those that have the key {@code always} are never left out
     */
    List<JsonNode> course(UUID owner, OperationId operation, String phase, String always, int most);

    /**
     * Stops it: at once while it waits, else at the end of the step that is being taken.
     *
     * @return the operation as it is then; empty if there is none
     * @throws OperationFinishedException if it has ended
     */
    Optional<OperationRecord> cancel(UUID owner, OperationId operation);

    /**
     * Subscribes to news.
     *
     * @param news told which operation has new events; empty when any may have
     * @return ends the subscription
     */
    Runnable onNews(Consumer<Optional<OperationId>> news);
}
