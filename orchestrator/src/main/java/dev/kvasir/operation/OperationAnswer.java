package dev.kvasir.operation;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;

/**
 * An operation as the API answers it.
 *
 * @param recipe of a training, as it was sent
 * @param study of a study, as it was sent
 * @param stopping whether it was told to stop and has not yet
 */
public record OperationAnswer(
        String id,
        OperationKind kind,
        OperationState state,
        @Nullable String fuser,
        @Nullable String sharer,
        String receiver,
        @Nullable JsonNode recipe,
        @Nullable JsonNode study,
        boolean stopping,
        @Nullable JsonNode progress,
        @Nullable JsonNode result,
        OperationRecord.@Nullable Fault error,
        @Nullable String worker,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        long lastEvent) {

    private static final String PATH = "/api/v1/operations/";

    static OperationAnswer of(OperationRecord operation) {
        return new OperationAnswer(
                operation.id().toString(),
                operation.kind(),
                operation.state(),
                operation.fuser(),
                operation.sharer(),
                operation.receiver(),
                operation.kind() == OperationKind.FUSER_TRAINING ? operation.request() : null,
                operation.kind() == OperationKind.STUDY ? operation.request() : null,
                operation.isStopping() && !operation.state().isFinal(),
                operation.progress(),
                operation.result(),
                operation.error(),
                operation.worker(),
                operation.createdAt(),
                operation.startedAt(),
                operation.finishedAt(),
                operation.lastEvent());
    }

    /** 202 with the operation's address. */
    public static ResponseEntity<OperationAnswer> accepted(OperationRecord operation) {
        return ResponseEntity.accepted()
                .location(URI.create(PATH + operation.id()))
                .body(of(operation));
    }
}
