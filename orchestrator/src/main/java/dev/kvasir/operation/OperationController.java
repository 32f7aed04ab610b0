package dev.kvasir.operation;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.ProblemException;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Operations of every kind, read and stopped over REST. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/operations/{operation}")
final class OperationController {

    private final Operations operations;
    private final Audit audit;

    OperationController(Operations operations, Audit audit) {
        this.operations = operations;
        this.audit = audit;
    }

    @GetMapping
    OperationAnswer read(@PathVariable String operation, @AuthenticationPrincipal Caller caller) {
        return OperationAnswer.of(
                operations.find(caller.userId(), id(operation)).orElseThrow(() -> missing(operation)));
    }

    @PostMapping("/cancel")
    ResponseEntity<OperationAnswer> cancel(@PathVariable String operation, @AuthenticationPrincipal Caller caller) {
        OperationRecord stopped =
                operations.cancel(caller.userId(), id(operation)).orElseThrow(() -> missing(operation));
        audit.record("operation.cancel", operation, Audit.Outcome.DONE);
        return OperationAnswer.accepted(stopped);
    }

    static OperationId id(String operation) {
        return OperationId.parse(operation).orElseThrow(() -> missing(operation));
    }

    static ProblemException missing(String operation) {
        return ProblemException.notFound("operation", operation);
    }
}
