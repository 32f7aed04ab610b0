package dev.kvasir.operation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operation as it stands: the training of one fuser.
 *
 * @param recipe as it was sent
 * @param isStopping whether it was told to stop and has not yet
 * @param progress its newest {@code operation.progress}; null before the first
 * @param result how the fuser came out; null before the end
 * @param worker who has it, or had it last
 * @param lastEvent the number of its newest event
 */
public record OperationRecord(
        OperationId id,
        OperationState state,
        String fuser,
        String sharer,
        String receiver,
        JsonNode recipe,
        boolean isStopping,
        @Nullable JsonNode progress,
        @Nullable Result result,
        @Nullable Fault error,
        @Nullable String worker,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        long lastEvent) {

    /**
     * How a fuser came out.
     *
     * @param heldOutLoss the lowest; null if nothing was held out
     * @param heldOutLossAtStart of the fresh fuser
     */
    public record Result(
            int steps,
            int trainingChats,
            int heldOutChats,
            @Nullable Double heldOutLoss,
            @Nullable Double heldOutLossAtStart,
            int gatesOpen,
            int gates,
            long durationMs) {}

    /**
     * Why it failed.
     *
     * @param code such as {@code MODEL_TOO_LARGE}
     */
    public record Fault(String code, String detail) {}
}
