package dev.kvasir.hook;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Cursors;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.hook.Trigger.Auth;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Triggers over REST. A secret is shown in the answer that makes it, and never again. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/triggers")
final class TriggerController {

    private static final String LIST = "triggers";
    private static final int MOST = 100;

    private final TriggerRows rows;
    private final HookSecrets secrets;
    private final TriggerChecks checks;
    private final Cursors cursors;
    private final Audit audit;

    TriggerController(HookRoom room, TriggerChecks checks, Cursors cursors, Audit audit) {
        this.rows = room.triggers();
        this.secrets = room.secrets();
        this.checks = checks;
        this.cursors = cursors;
        this.audit = audit;
    }

    /**
     * A trigger as the API shows it.
     *
     * @param address the path to call it at
     */
    record View(
            String id,
            String name,
            String graph,
            @Nullable Integer version,
            Auth auth,
            Map<String, String> input,
            boolean enabled,
            String address,
            Instant createdAt,
            @Nullable String secret) {

        static View of(Trigger trigger, @Nullable String secret) {
            return new View(
                    trigger.id().toString(),
                    trigger.name(),
                    trigger.graph().toString(),
                    trigger.version(),
                    trigger.auth(),
                    trigger.input(),
                    trigger.enabled(),
                    "/hooks/" + trigger.id(),
                    trigger.createdAt(),
                    secret);
        }
    }

    @PostMapping
    ResponseEntity<View> create(@RequestBody TriggerChecks.Wanted wanted, @AuthenticationPrincipal Caller caller) {
        if (rows.count(caller.userId()) >= MOST) {
            throw Refusals.outOfRange("", "There are %d triggers already, the most there may be.".formatted(MOST));
        }
        Trigger fresh = checks.fresh(caller.userId(), wanted);
        Secret secret = secret(fresh.auth());
        rows.insert(fresh, secrets.seal(secret.kept(), fresh.id().value()));
        audit.record("trigger.create", fresh.id().toString(), Audit.Outcome.DONE);
        Trigger made = find(fresh.id().toString(), caller);
        return ResponseEntity.created(URI.create("/api/v1/triggers/" + made.id()))
                .body(View.of(made, secret.shown()));
    }

    /**
     * A new secret.
     *
     * @param kept what is sealed and stored of it
     */
    private record Secret(String shown, String kept) {}

    private Secret secret(Auth auth) {
        return switch (auth) {
            case SIGNATURE -> {
                String secret = secrets.signing();
                yield new Secret(secret, secret);
            }
            case KEY -> {
                CallKey key = secrets.callKey();
                yield new Secret(key.text(), key.digest());
            }
        };
    }

    @GetMapping
    Page<View> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        int most = Page.limit(limit);
        TriggerId after = cursor == null
                ? null
                : TriggerId.parse(cursors.position(cursor, LIST, caller)).orElseThrow();
        List<View> found = rows.list(caller.userId(), after, most + 1).stream()
                .map(trigger -> View.of(trigger, null))
                .toList();
        return Page.cut(found, most, last -> cursors.after(last.id(), LIST, caller));
    }

    @GetMapping("/{trigger}")
    View read(@PathVariable String trigger, @AuthenticationPrincipal Caller caller) {
        return View.of(find(trigger, caller), null);
    }

    @PatchMapping("/{trigger}")
    View change(
            @PathVariable String trigger,
            @RequestBody TriggerChecks.Wanted wanted,
            @AuthenticationPrincipal Caller caller) {
        Trigger changed = checks.changed(find(trigger, caller), wanted);
        rows.update(changed);
        audit.record("trigger.change", trigger, Audit.Outcome.DONE);
        return View.of(changed, null);
    }

    @DeleteMapping("/{trigger}")
    ResponseEntity<Void> delete(@PathVariable String trigger, @AuthenticationPrincipal Caller caller) {
        rows.delete(caller.userId(), find(trigger, caller).id());
        audit.record("trigger.delete", trigger, Audit.Outcome.DONE);
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/{trigger}/rotate")
    WebhookController.Rotated rotate(
            @PathVariable String trigger,
            @RequestBody(required = false) WebhookController.@Nullable Rotation wanted,
            @AuthenticationPrincipal Caller caller) {
        Trigger found = find(trigger, caller);
        Duration grace = Refusals.grace(wanted == null ? null : wanted.graceMs());
        Secret secret = secret(found.auth());
        Instant until = secrets.replace(
                        HookSecrets.Table.TRIGGER, caller.userId(), found.id().value(), secret.kept(), grace)
                .orElseThrow(() -> ProblemException.notFound("trigger", trigger));
        audit.record("trigger.rotate", trigger, Audit.Outcome.DONE);
        return new WebhookController.Rotated(trigger, secret.shown(), until);
    }

    private Trigger find(String trigger, Caller caller) {
        return TriggerId.parse(trigger)
                .flatMap(id -> rows.find(caller.userId(), id))
                .orElseThrow(() -> ProblemException.notFound("trigger", trigger));
    }
}
