package dev.kvasir.run;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What runs wait for from people, over REST. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/runs/{run}/waits")
final class WaitController {

    private final Runs runs;
    private final Audit audit;

    WaitController(Runs runs, Audit audit) {
        this.runs = runs;
        this.audit = audit;
    }

    @GetMapping
    Page<WaitRecord> list(@PathVariable String run, @AuthenticationPrincipal Caller caller) {
        return new Page<>(runs.waits(caller.userId(), find(run, caller)), null);
    }

    /** What a person answers, as it is sent. */
    record NewAnswer(@Nullable String action, @Nullable ObjectNode values) {}

    @PostMapping("/{wait}")
    WaitRecord answer(
            @PathVariable String run,
            @PathVariable String wait,
            @RequestBody NewAnswer answer,
            @AuthenticationPrincipal Caller caller) {
        String action = answer.action();
        if (action == null) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "action must be approve or reject.");
        }
        WaitRecord answered = WaitId.parse(wait)
                .flatMap(id -> runs.answer(caller.userId(), find(run, caller), id, action, answer.values()))
                .orElseThrow(() -> ProblemException.notFound("wait", wait));
        audit.record("wait.answer", wait, Audit.Outcome.DONE);
        return answered;
    }

    private RunId find(String run, Caller caller) {
        return runs.find(caller.userId(), RunController.id(run))
                .map(RunRecord::id)
                .orElseThrow(() -> ProblemException.notFound("run", run));
    }
}
