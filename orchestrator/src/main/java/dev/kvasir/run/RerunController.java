package dev.kvasir.run;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.IdempotencyKeys;
import dev.kvasir.access.ProblemException;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.Rerun.Edited;
import dev.kvasir.run.Rerun.Reuse;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs that go on from earlier ones, over REST: retry, replay and fork. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/runs/{run}")
final class RerunController {

    private final Runs runs;
    private final JsonMapper json;
    private final Audit audit;

    RerunController(Runs runs, JsonMapper json, Audit audit) {
        this.runs = runs;
        this.json = json;
        this.audit = audit;
    }

    /** How a run is to be replayed, as it is sent. */
    record Replay(
            @Nullable String fromNode,
            @Nullable ObjectNode input,
            @Nullable Integer version,
            @Nullable Map<String, JsonNode> edgeOverrides,
            @Nullable Map<String, Output> stepOutputs,
            @Nullable Reuse reuse) {

        Rerun rerun() {
            Map<NodeId, Edited> outputs = new HashMap<>();
            if (stepOutputs != null) {
                stepOutputs.forEach(
                        (node, output) -> outputs.put(new NodeId(node), new Edited(output.text(), output.json())));
            }
            return new Rerun(
                    Rerun.Kind.REPLAY,
                    fromNode == null ? Set.of() : Set.of(new NodeId(fromNode)),
                    input,
                    version,
                    edgeOverrides == null ? Map.of() : edgeOverrides,
                    outputs,
                    reuse == null ? Reuse.OUTPUTS : reuse);
        }
    }

    /** What a node is to have said, as it is sent. */
    record Output(@Nullable String text, @Nullable JsonNode json) {}

    @PostMapping("/retry")
    ResponseEntity<RunController.Accepted> retry(
            @PathVariable String run,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @AuthenticationPrincipal Caller caller) {
        return again(run, "retry", Rerun.retry(), key(run, "retry", key, new byte[0]), caller);
    }

    @PostMapping("/replay")
    ResponseEntity<RunController.Accepted> replay(
            @PathVariable String run,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @AuthenticationPrincipal Caller caller) {
        Rerun rerun = json.readValue(body, Replay.class).rerun();
        return again(run, "replay", rerun, key(run, "replay", key, body), caller);
    }

    private static @Nullable RunKey key(String run, String verb, @Nullable String key, byte[] body) {
        return key == null
                ? null
                : new RunKey(
                        "/api/v1/runs/" + run + "/" + verb, IdempotencyKeys.checked(key), IdempotencyKeys.digest(body));
    }

    private ResponseEntity<RunController.Accepted> again(
            String run, String verb, Rerun rerun, @Nullable RunKey key, Caller caller) {
        RunId source = runs.find(caller.userId(), RunController.id(run))
                .map(RunRecord::id)
                .orElseThrow(() -> ProblemException.notFound("run", run));
        StartedRun started = runs.again(caller.userId(), source, rerun, key);
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(HttpStatus.ACCEPTED).location(URI.create("/api/v1/runs/" + started.id()));
        if (started.replayed()) {
            answer.header("Idempotent-Replayed", "true");
        } else {
            audit.record("run." + verb, started.id().toString(), Audit.Outcome.DONE);
        }
        return answer.body(new RunController.Accepted(
                started.id().toString(), started.state(), started.graph(), started.version(), started.versionId()));
    }
}
