package dev.kvasir.operation;

import org.jspecify.annotations.Nullable;

/**
 * What is queued.
 *
 * @param fuser that is trained, or looked at
 * @param sharer a model that the worker must have; null if there is only one
 * @param receiver a model that the worker must have
 * @param request JSON, as it was sent
 */
public record OperationOrder(
        OperationKind kind,
        @Nullable String fuser,
        @Nullable String sharer,
        String receiver,
        String request) {}
