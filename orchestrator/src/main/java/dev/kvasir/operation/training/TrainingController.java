package dev.kvasir.operation.training;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.operation.OperationAnswer;
import dev.kvasir.operation.OperationId;
import dev.kvasir.operation.Operations;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Fusers trained over REST. */
@RestController
@Profile("!worker")
final class TrainingController {

    private final Trainings trainings;
    private final Operations operations;
    private final Audit audit;

    TrainingController(Trainings trainings, Operations operations, Audit audit) {
        this.trainings = trainings;
        this.operations = operations;
        this.audit = audit;
    }

    @PostMapping("/api/v1/fusers/train")
    ResponseEntity<OperationAnswer> train(@RequestBody byte[] recipe, @AuthenticationPrincipal Caller caller) {
        OperationId queued = trainings.train(caller.userId(), new String(recipe, StandardCharsets.UTF_8));
        audit.record("fuser.train", queued.toString(), Audit.Outcome.DONE);
        return OperationAnswer.accepted(operations.find(caller.userId(), queued).orElseThrow());
    }
}
