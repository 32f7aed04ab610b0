package dev.kvasir.hook;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Cursors;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

/** Webhooks over REST. A secret is shown in the answer that makes it, and never again. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/webhooks")
final class WebhookController {

    private static final String LIST = "webhooks";
    private static final int MOST = 100;

    private final WebhookRows rows;
    private final HookSecrets secrets;
    private final WebhookChecks checks;
    private final Cursors cursors;
    private final Audit audit;

    WebhookController(HookRoom room, WebhookChecks checks, Cursors cursors, Audit audit) {
        this.rows = room.webhooks();
        this.secrets = room.secrets();
        this.checks = checks;
        this.cursors = cursors;
        this.audit = audit;
    }

    /** A webhook as the API shows it. */
    record View(
            String id,
            String name,
            String url,
            List<String> events,
            Webhook.Told runs,
            @Nullable String graph,
            String fields,
            boolean enabled,
            Instant createdAt,
            @Nullable String secret) {

        static View of(Webhook webhook, @Nullable String secret) {
            return new View(
                    webhook.id().toString(),
                    webhook.name(),
                    webhook.url().toString(),
                    webhook.events(),
                    webhook.runs(),
                    webhook.graph() == null ? null : webhook.graph().toString(),
                    webhook.fields(),
                    webhook.enabled(),
                    webhook.createdAt(),
                    secret);
        }
    }

    @PostMapping
    ResponseEntity<View> create(@RequestBody WebhookChecks.Wanted wanted, @AuthenticationPrincipal Caller caller) {
        if (rows.count(caller.userId()) >= MOST) {
            throw Refusals.outOfRange("", "There are %d webhooks already, the most there may be.".formatted(MOST));
        }
        Webhook fresh = checks.fresh(caller.userId(), wanted);
        String secret = secrets.signing();
        rows.insert(caller.userId(), fresh, secrets.seal(secret, fresh.id().value()));
        audit.record("webhook.create", fresh.id().toString(), Audit.Outcome.DONE);
        Webhook made = find(fresh.id().toString(), caller);
        return ResponseEntity.created(URI.create("/api/v1/webhooks/" + made.id()))
                .body(View.of(made, secret));
    }

    @GetMapping
    Page<View> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        int most = Page.limit(limit);
        WebhookId after = cursor == null
                ? null
                : WebhookId.parse(cursors.position(cursor, LIST, caller)).orElseThrow();
        List<View> found = rows.list(caller.userId(), after, most + 1).stream()
                .map(webhook -> View.of(webhook, null))
                .toList();
        return Page.cut(found, most, last -> cursors.after(last.id(), LIST, caller));
    }

    @GetMapping("/{webhook}")
    View read(@PathVariable String webhook, @AuthenticationPrincipal Caller caller) {
        return View.of(find(webhook, caller), null);
    }

    @PatchMapping("/{webhook}")
    View change(
            @PathVariable String webhook,
            @RequestBody WebhookChecks.Wanted wanted,
            @AuthenticationPrincipal Caller caller) {
        Webhook changed = checks.changed(caller.userId(), find(webhook, caller), wanted);
        rows.update(caller.userId(), changed);
        audit.record("webhook.change", webhook, Audit.Outcome.DONE);
        return View.of(changed, null);
    }

    @DeleteMapping("/{webhook}")
    ResponseEntity<Void> delete(@PathVariable String webhook, @AuthenticationPrincipal Caller caller) {
        rows.delete(caller.userId(), find(webhook, caller).id());
        audit.record("webhook.delete", webhook, Audit.Outcome.DONE);
        return ResponseEntity.noContent().build();
    }

    /** How long the old secret is good as well. */
    record Rotation(@Nullable Long graceMs) {}

    /** A new secret, and until when the old one is good as well. */
    record Rotated(String id, String secret, Instant oldSecretUntil) {}

    @PostMapping("/{webhook}/rotate")
    Rotated rotate(
            @PathVariable String webhook,
            @RequestBody(required = false) @Nullable Rotation wanted,
            @AuthenticationPrincipal Caller caller) {
        Webhook found = find(webhook, caller);
        Duration grace = Refusals.grace(wanted == null ? null : wanted.graceMs());
        String secret = secrets.signing();
        Instant until = secrets.replace(
                        HookSecrets.Table.WEBHOOK, caller.userId(), found.id().value(), secret, grace)
                .orElseThrow(() -> ProblemException.notFound("webhook", webhook));
        audit.record("webhook.rotate", webhook, Audit.Outcome.DONE);
        return new Rotated(webhook, secret, until);
    }

    private Webhook find(String webhook, Caller caller) {
        return WebhookId.parse(webhook)
                .flatMap(id -> rows.find(caller.userId(), id))
                .orElseThrow(() -> ProblemException.notFound("webhook", webhook));
    }
}
