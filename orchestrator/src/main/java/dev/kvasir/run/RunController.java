package dev.kvasir.run;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.IdempotencyKeys;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.run.RunJson.Part;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs over REST: started, read, listed and cancelled. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1")
final class RunController {

    private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*([0-9]{1,4})\\s*");
    private static final int LONGEST_WAIT = 60;
    private static final String WHOLE = "core,io,metrics";
    private static final String LISTED = "core,metrics";

    private final Runs runs;
    private final GraphLibrary library;
    private final RunWaiter waiter;
    private final RunJson views;
    private final JsonMapper json;
    private final Audit audit;

    RunController(Room room, RunWaiter waiter, RunJson views, JsonMapper json, Audit audit) {
        this.runs = room.runs();
        this.library = room.library();
        this.waiter = waiter;
        this.views = views;
        this.json = json;
        this.audit = audit;
    }

    /** What a run is made of. */
    @Component
    @Profile("!worker")
    record Room(Runs runs, GraphLibrary library) {}

    /** A run that is asked for, as it is sent. */
    record NewRun(
            @Nullable Integer version,
            @Nullable ObjectNode input,
            @Nullable Long seed,
            @Nullable Map<String, JsonNode> edgeOverrides,
            @Nullable Map<String, JsonNode> nodeOverrides,
            @Nullable Integer priority,
            @Nullable Long timeoutMs,
            @Nullable Map<String, String> labels,
            @Nullable String pairedWith,
            @Nullable String concurrencyKey,
            @Nullable OnConflict onConflict,
            @Nullable String startAfter,
            @Nullable String webhook) {}

    /** The answer to an accepted run. */
    record Accepted(String id, RunState state, String graph, int version, String versionId) {}

    @PostMapping("/graphs/{graph}/runs")
    ResponseEntity<?> start(
            @PathVariable String graph,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @AuthenticationPrincipal Caller caller)
            throws InterruptedException {
        Duration wait = wait(prefer);
        StoredGraph found =
                library.find(caller.userId(), graph).orElseThrow(() -> ProblemException.notFound("graph", graph));
        NewRun wanted = json.readValue(body, NewRun.class);
        String path = "/api/v1/graphs/" + graph + "/runs";
        RunKey once = key == null ? null : new RunKey(path, IdempotencyKeys.checked(key), IdempotencyKeys.digest(body));
        StartedRun started = runs.start(caller.userId(), request(found, wanted), once);
        if (!started.replayed()) {
            audit.record("run.start", started.id().toString(), Audit.Outcome.DONE);
        }
        return answer(started, wait, caller);
    }

    private ResponseEntity<?> answer(StartedRun started, Duration wait, Caller caller) throws InterruptedException {
        ResponseEntity.BodyBuilder accepted =
                ResponseEntity.status(HttpStatus.ACCEPTED).location(URI.create("/api/v1/runs/" + started.id()));
        if (started.replayed()) {
            accepted.header("Idempotent-Replayed", "true");
        }
        if (!wait.isZero()) {
            RunRecord run = waiter.ended(caller.userId(), find(started.id().toString(), caller), wait);
            if (run.state().isFinal()) {
                return ResponseEntity.ok()
                        .header("Preference-Applied", "wait=" + wait.toSeconds())
                        .body(views.run(run, Part.of(WHOLE)));
            }
        }
        return accepted.body(new Accepted(
                started.id().toString(), started.state(), started.graph(), started.version(), started.versionId()));
    }

    private static StartRun request(StoredGraph graph, NewRun wanted) {
        return new StartRun(
                graph.id().value(),
                wanted.version(),
                wanted.input() == null ? JsonMapper.shared().createObjectNode() : wanted.input(),
                wanted.seed(),
                wanted.edgeOverrides() == null ? Map.of() : wanted.edgeOverrides(),
                wanted.nodeOverrides() == null ? Map.of() : wanted.nodeOverrides(),
                wanted.priority(),
                wanted.timeoutMs() == null ? null : Duration.ofMillis(wanted.timeoutMs()),
                wanted.labels() == null ? Map.of() : wanted.labels(),
                wanted.pairedWith() == null ? null : id(wanted.pairedWith()),
                terms(wanted));
    }

    private static RunTerms terms(NewRun wanted) {
        String webhook = wanted.webhook();
        return new RunTerms(
                instant("startAfter", wanted.startAfter()),
                wanted.concurrencyKey(),
                wanted.onConflict(),
                webhook == null
                        ? null
                        : HexIds.parse("webhook_", webhook)
                                .orElseThrow(() -> ProblemException.notFound("webhook", webhook)));
    }

    @GetMapping("/runs")
    Page<ObjectNode> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = LISTED) String fields,
            Filter filter,
            @AuthenticationPrincipal Caller caller) {
        Set<Part> parts = Part.of(fields);
        RunPage page = runs.list(caller.userId(), filter(filter, caller), cursor, Page.limit(limit));
        return new Page<>(
                page.items().stream().map(run -> views.run(run, parts)).toList(), page.nextCursor());
    }

    /** How many there are. */
    record Count(long count) {}

    @GetMapping("/runs/count")
    Count count(Filter filter, @AuthenticationPrincipal Caller caller) {
        return new Count(runs.count(caller.userId(), filter(filter, caller)));
    }

    /** Which runs, as the address says. */
    record Filter(
            @Nullable String graph,
            @Nullable Integer version,
            @Nullable String state,
            @Nullable String label,
            @Nullable String since,
            @Nullable String until,
            @Nullable String within) {}

    private RunFilter filter(Filter filter, Caller caller) {
        return new RunFilter(
                graph(filter.graph(), caller),
                filter.version(),
                states(filter.state()),
                filter.label(),
                instant("since", filter.since()),
                instant("until", filter.until()),
                filter.within() == null ? null : find(filter.within(), caller).id());
    }

    private @Nullable UUID graph(@Nullable String graph, Caller caller) {
        return graph == null
                ? null
                : library.find(caller.userId(), graph)
                        .orElseThrow(() -> ProblemException.notFound("graph", graph))
                        .id()
                        .value();
    }

    private static Set<RunState> states(@Nullable String states) {
        if (states == null) {
            return Set.of();
        }
        try {
            return Arrays.stream(states.split(",", -1)).map(RunState::valueOf).collect(Collectors.toSet());
        } catch (IllegalArgumentException unknown) {
            throw invalid("state must be of " + Arrays.toString(RunState.values()) + ".");
        }
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            throw invalid(name + " must be a time such as 2026-01-31T12:00:00.000Z.");
        }
    }

    @GetMapping("/runs/{run}")
    ResponseEntity<ObjectNode> read(
            @PathVariable String run,
            @RequestParam(defaultValue = WHOLE) String fields,
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            @AuthenticationPrincipal Caller caller)
            throws InterruptedException {
        Duration wait = wait(prefer);
        RunRecord found = find(run, caller);
        if (wait.isZero()) {
            return ResponseEntity.ok(views.run(found, Part.of(fields)));
        }
        RunRecord after = waiter.ended(caller.userId(), found, wait);
        return ResponseEntity.status(after.state().isFinal() ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .location(URI.create("/api/v1/runs/" + after.id()))
                .body(views.run(after, Part.of(fields)));
    }

    /** How a run is to be cancelled. */
    record Cancel(@Nullable CancelMode mode) {}

    @PostMapping("/runs/{run}/cancel")
    ResponseEntity<ObjectNode> cancel(
            @PathVariable String run,
            @RequestBody(required = false) @Nullable Cancel wanted,
            @AuthenticationPrincipal Caller caller) {
        CancelMode mode = wanted == null || wanted.mode() == null ? CancelMode.NOW : wanted.mode();
        RunRecord cancelled =
                runs.cancel(caller.userId(), id(run), mode).orElseThrow(() -> ProblemException.notFound("run", run));
        audit.record("run.cancel", run, Audit.Outcome.DONE);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/runs/" + run))
                .body(views.run(cancelled, Part.of(LISTED)));
    }

    @GetMapping("/runs/{run}/steps")
    Page<ObjectNode> steps(
            @PathVariable String run,
            @RequestParam(defaultValue = WHOLE) String fields,
            @AuthenticationPrincipal Caller caller) {
        Set<Part> parts = Part.of(fields);
        RunRecord found = find(run, caller);
        return new Page<>(
                runs.steps(caller.userId(), found.id()).stream()
                        .map(step -> views.step(step, parts))
                        .toList(),
                null);
    }

    @GetMapping("/runs/{run}/steps/{step}")
    ObjectNode step(@PathVariable String run, @PathVariable String step, @AuthenticationPrincipal Caller caller) {
        return views.step(findStep(run, step, caller), Part.of(WHOLE));
    }

    @GetMapping("/runs/{run}/steps/{step}/attempts")
    Page<AttemptRecord> attempts(
            @PathVariable String run, @PathVariable String step, @AuthenticationPrincipal Caller caller) {
        StepRecord found = findStep(run, step, caller);
        return new Page<>(runs.attempts(caller.userId(), found.runId(), found.id()), null);
    }

    @GetMapping("/runs/{run}/edges")
    Page<EdgeRecord> edges(@PathVariable String run, @AuthenticationPrincipal Caller caller) {
        return new Page<>(runs.edges(caller.userId(), find(run, caller).id()), null);
    }

    @GetMapping("/runs/{run}/edges/{edge}")
    Page<EdgeRecord> edge(@PathVariable String run, @PathVariable String edge, @AuthenticationPrincipal Caller caller) {
        List<EdgeRecord> uses = runs.edges(caller.userId(), find(run, caller).id()).stream()
                .filter(use -> use.edge().equals(edge))
                .toList();
        if (uses.isEmpty()) {
            throw ProblemException.notFound("edge", edge);
        }
        return new Page<>(uses, null);
    }

    private StepRecord findStep(String run, String step, Caller caller) {
        RunRecord found = find(run, caller);
        return runs.steps(caller.userId(), found.id()).stream()
                .filter(one -> one.id().toString().equals(step) || one.node().equals(step))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("step", step));
    }

    private RunRecord find(String run, Caller caller) {
        return runs.find(caller.userId(), id(run)).orElseThrow(() -> ProblemException.notFound("run", run));
    }

    static RunId id(String run) {
        return RunId.parse(run).orElseThrow(() -> ProblemException.notFound("run", run));
    }

    private static Duration wait(@Nullable String prefer) {
        if (prefer == null || !prefer.toLowerCase(Locale.ROOT).contains("wait")) {
            return Duration.ZERO;
        }
        Matcher wait = WAIT.matcher(prefer);
        if (!wait.matches() || Integer.parseInt(wait.group(1)) > LONGEST_WAIT) {
            throw invalid("Prefer: wait=N takes 0 to %d seconds.".formatted(LONGEST_WAIT));
        }
        return Duration.ofSeconds(Integer.parseInt(wait.group(1)));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
    }
}
