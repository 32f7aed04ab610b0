package dev.kvasir.hook;

import dev.kvasir.access.ForeignBody;
import dev.kvasir.access.IdempotencyKeys;
import dev.kvasir.access.ProblemException;
import dev.kvasir.hook.TriggerCalls.Call;
import dev.kvasir.hook.TriggerCalls.Called;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where others call triggers. There is no account here: a trigger lets in whoever signs, or has its key. */
@RestController
@Profile("!worker")
final class CallController {

    private static final int LIMIT = 1_000_000;
    private static final String KEY_HEADER = "Idempotency-Key";
    /** Never part of a run's input. */
    private static final Set<String> SECRET_HEADERS =
            Set.of("authorization", "proxy-authorization", "cookie", "webhook-signature");

    private final HookRoom room;
    private final CallGuard guard;
    private final TriggerCalls calls;
    private final JsonMapper json;

    CallController(HookRoom room, CallGuard guard, TriggerCalls calls, JsonMapper json) {
        this.room = room;
        this.guard = guard;
        this.calls = calls;
        this.json = json;
    }

    /** The answer to a call that was let in. */
    record Accepted(String id, String state) {}

    @PostMapping("/hooks/{trigger}")
    ResponseEntity<Accepted> call(@PathVariable String trigger, HttpServletRequest request) throws IOException {
        Trigger found = TriggerId.parse(trigger)
                .flatMap(id -> room.triggers().callable(id))
                .orElseThrow(() -> ProblemException.notFound("trigger", trigger));
        Called called = calls.start(found, letIn(found, request));
        ResponseEntity.BodyBuilder accepted =
                ResponseEntity.accepted().location(URI.create("/api/v1/runs/" + called.run()));
        if (called.replayed()) {
            accepted.header("Idempotent-Replayed", "true");
        }
        return accepted.body(new Accepted(called.run().toString(), "QUEUED"));
    }

    private Call letIn(Trigger trigger, HttpServletRequest request) throws IOException {
        return switch (trigger.auth()) {
            case KEY -> {
                guard.requireKey(trigger, request.getHeader("Authorization"));
                yield call(key(request.getHeader(KEY_HEADER)), request, ForeignBody.json(request, LIMIT));
            }
            case SIGNATURE -> {
                byte[] body = ForeignBody.json(request, LIMIT);
                yield call(guard.requireSignature(trigger, request, body), request, body);
            }
        };
    }

    private Call call(@Nullable String message, HttpServletRequest request, byte[] body) {
        return new Call(message, CallKey.sha256(body), values(request, body));
    }

    private static @Nullable String key(@Nullable String header) {
        return header == null ? null : IdempotencyKeys.checked(header);
    }

    /** Headers are named in lower case, with {@code _} for {@code -}, since a template's path has no {@code -}. */
    private ObjectNode values(HttpServletRequest request, byte[] body) {
        ObjectNode values = json.createObjectNode();
        values.set("body", body.length == 0 ? json.createObjectNode() : json.readTree(body));
        ObjectNode headers = values.putObject("headers");
        request.getHeaderNames().asIterator().forEachRemaining(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            String value = request.getHeader(name);
            if (!SECRET_HEADERS.contains(lower) && value != null) {
                headers.put(lower.replace('-', '_'), value);
            }
        });
        return values;
    }
}
