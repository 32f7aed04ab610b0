package dev.kvasir.operation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operation as it stands.
 *
 * @param fuser that is trained, or looked at
 * @param sharer null if only one model has a part
 * @param receiver or the only model
 * @param request as it was sent
 * @param isStopping whether it was told to stop and has not yet
 * @param progress its newest {@code operation.progress}; null before the first
 * @param result what came out; null before the end
 * @param worker who has it, or had it last
 * @param lastEvent the number of its newest event
 */
public record OperationRecord(
        OperationId id,
        OperationKind kind,
        OperationState state,
        @Nullable String fuser,
        @Nullable String sharer,
        String receiver,
        JsonNode request,
        boolean isStopping,
        @Nullable JsonNode progress,
        @Nullable JsonNode result,
        @Nullable Fault error,
        @Nullable String worker,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        long lastEvent) {

    /**
     * Why it failed.
     *
     * @param code such as {@code MODEL_TOO_LARGE}
     */
    public record Fault(String code, String detail) {}
}
