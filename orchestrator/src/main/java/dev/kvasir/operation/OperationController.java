package dev.kvasir.operation;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.ProblemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Fusers trained over REST, and the operations that do it. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1")
final class OperationController {

    private static final String PATH = "/api/v1/operations/";

    private final Operations operations;
    private final Audit audit;

    OperationController(Operations operations, Audit audit) {
        this.operations = operations;
        this.audit = audit;
    }

    /**
     * An operation as the API answers it.
     *
     * @param stopping whether it was told to stop and has not yet
     */
    record View(
            String id,
            String kind,
            OperationState state,
            String fuser,
            String sharer,
            String receiver,
            JsonNode recipe,
            boolean stopping,
            @Nullable JsonNode progress,
            OperationRecord.@Nullable Result result,
            OperationRecord.@Nullable Fault error,
            @Nullable String worker,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            long lastEvent) {

        static View of(OperationRecord operation) {
            return new View(
                    operation.id().toString(),
                    "FUSER_TRAINING",
                    operation.state(),
                    operation.fuser(),
                    operation.sharer(),
                    operation.receiver(),
                    operation.recipe(),
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
    }

    @PostMapping("/fusers/train")
    ResponseEntity<View> train(@RequestBody byte[] recipe, @AuthenticationPrincipal Caller caller) {
        OperationRecord queued = operations.train(caller.userId(), new String(recipe, StandardCharsets.UTF_8));
        audit.record("fuser.train", queued.id().toString(), Audit.Outcome.DONE);
        return accepted(queued);
    }

    @GetMapping("/operations/{operation}")
    View read(@PathVariable String operation, @AuthenticationPrincipal Caller caller) {
        return View.of(operations.find(caller.userId(), id(operation)).orElseThrow(() -> missing(operation)));
    }

    @PostMapping("/operations/{operation}/cancel")
    ResponseEntity<View> cancel(@PathVariable String operation, @AuthenticationPrincipal Caller caller) {
        OperationRecord stopped =
                operations.cancel(caller.userId(), id(operation)).orElseThrow(() -> missing(operation));
        audit.record("operation.cancel", operation, Audit.Outcome.DONE);
        return accepted(stopped);
    }

    private static ResponseEntity<View> accepted(OperationRecord operation) {
        return ResponseEntity.accepted()
                .location(URI.create(PATH + operation.id()))
                .body(View.of(operation));
    }

    static OperationId id(String operation) {
        return OperationId.parse(operation).orElseThrow(() -> missing(operation));
    }

    static ProblemException missing(String operation) {
        return ProblemException.notFound("operation", operation);
    }
}
