package dev.kvasir.operation.study;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.inquiry.Inquiry;
import dev.kvasir.inquiry.Subject;
import dev.kvasir.operation.OperationAnswer;
import dev.kvasir.operation.OperationKind;
import dev.kvasir.operation.OperationOrder;
import dev.kvasir.operation.OperationRecord;
import dev.kvasir.operation.Operations;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Studies asked for over REST: an operation each, whose result holds what {@code kvasir study … --json} prints. */
@RestController
@Profile("!worker")
final class StudyController {

    private final Operations operations;
    private final StudyCheck check;
    private final Audit audit;

    StudyController(Operations operations, StudyCheck check, Audit audit) {
        this.operations = operations;
        this.check = check;
        this.audit = audit;
    }

    @PostMapping("/api/v1/studies")
    ResponseEntity<OperationAnswer> study(@RequestBody byte[] study, @AuthenticationPrincipal Caller caller) {
        String json = new String(study, StandardCharsets.UTF_8);
        OperationRecord queued = operations.queue(caller.userId(), order(check.checked(json), json));
        audit.record("study", queued.id().toString(), Audit.Outcome.DONE);
        return OperationAnswer.accepted(queued);
    }

    private static OperationOrder order(Inquiry inquiry, String json) {
        return switch (inquiry.subject()) {
            case Subject.Pair pair ->
                new OperationOrder(OperationKind.STUDY, pair.fuser(), pair.sharer(), pair.receiver(), json);
            case Subject.One one -> new OperationOrder(OperationKind.STUDY, null, null, one.model(), json);
        };
    }
}
