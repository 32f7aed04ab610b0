package dev.kvasir.operation.training;

import dev.kvasir.operation.OperationId;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.OperationState;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The training of one fuser, as it stands.
 *
 * @param recipe as it was sent
 * @param isStopping whether it was told to stop and has not yet
 * @param progress its newest {@code operation.progress}; null before the first
 * @param result how the fuser came out; null before the end
 * @param worker who has it, or had it last
 * @param lastEvent the number of its newest event
 */
public record Training(
        OperationId id,
        OperationState state,
        String fuser,
        String sharer,
        String receiver,
        JsonNode recipe,
        boolean isStopping,
        @Nullable JsonNode progress,
        @Nullable Result result,
        OperationRecord.@Nullable Fault error,
        @Nullable String worker,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        long lastEvent) {

    /** A training's operation, as a training. */
    static Training of(OperationRecord operation) {
        JsonNode result = operation.result();
        return new Training(
                operation.id(),
                operation.state(),
                Objects.requireNonNull(operation.fuser(), "A training has a fuser."),
                Objects.requireNonNull(operation.sharer(), "A training has a sharer."),
                operation.receiver(),
                operation.request(),
                operation.isStopping(),
                operation.progress(),
                result == null ? null : JsonMapper.shared().treeToValue(result, Result.class),
                operation.error(),
                operation.worker(),
                operation.createdAt(),
                operation.startedAt(),
                operation.finishedAt(),
                operation.lastEvent());
    }

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
}
