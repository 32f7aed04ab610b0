package dev.kvasir.hook;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Cursors;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import dev.kvasir.dispatch.Notices;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What webhooks were told, over REST. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/webhooks/{webhook}/deliveries")
class DeliveryController {

    private final HookRoom room;
    private final Notices notices;
    private final Cursors cursors;
    private final Audit audit;

    DeliveryController(HookRoom room, JdbcClient jdbc, Cursors cursors, Audit audit) {
        this.room = room;
        this.notices = new Notices(jdbc);
        this.cursors = cursors;
        this.audit = audit;
    }

    /** A delivery as the API shows it. */
    record View(
            String id,
            String messageId,
            String event,
            @Nullable String run,
            Delivery.State state,
            int attempts,
            @Nullable Instant dueAt,
            @Nullable Integer statusCode,
            @Nullable String error,
            Instant createdAt,
            @Nullable Instant finishedAt) {

        static View of(Delivery delivery) {
            return new View(
                    delivery.id().toString(),
                    delivery.message().toString(),
                    delivery.event(),
                    delivery.run() == null ? null : delivery.run().toString(),
                    delivery.state(),
                    delivery.attempts(),
                    delivery.dueAt(),
                    delivery.statusCode(),
                    delivery.error(),
                    delivery.createdAt(),
                    delivery.finishedAt());
        }
    }

    @GetMapping
    Page<View> list(
            @PathVariable String webhook,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        WebhookId of = find(webhook, caller);
        int most = Page.limit(limit);
        Delivery.State wanted = state(state);
        String list = "deliveries/" + of + "/" + wanted;
        DeliveryId after = cursor == null
                ? null
                : DeliveryId.parse(cursors.position(cursor, list, caller)).orElseThrow();
        List<View> found = room.deliveries().list(of, wanted, after, most + 1).stream()
                .map(View::of)
                .toList();
        return Page.cut(found, most, last -> cursors.after(last.id(), list, caller));
    }

    @GetMapping("/{delivery}")
    View read(@PathVariable String webhook, @PathVariable String delivery, @AuthenticationPrincipal Caller caller) {
        return View.of(find(find(webhook, caller), delivery));
    }

    /** Sends a message again that was delivered or given up; the receiver knows it by the id that it had. */
    @PostMapping("/{delivery}/redeliver")
    @Transactional
    public ResponseEntity<View> redeliver(
            @PathVariable String webhook, @PathVariable String delivery, @AuthenticationPrincipal Caller caller) {
        WebhookId of = find(webhook, caller);
        Delivery found = find(of, delivery);
        if (found.finishedAt() == null) {
            throw new ProblemException(
                    ProblemType.IN_USE,
                    "Delivery '%s' is still %s and is tried without being asked. Ask again once it has ended."
                            .formatted(delivery, found.state()));
        }
        DeliveryId fresh = room.deliveries().again(found);
        notices.due("hook");
        audit.record("webhook.redeliver", delivery, Audit.Outcome.DONE);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/webhooks/" + webhook + "/deliveries/" + fresh))
                .body(View.of(find(of, fresh.toString())));
    }

    private WebhookId find(String webhook, Caller caller) {
        return WebhookId.parse(webhook)
                .flatMap(id -> room.webhooks().find(caller.userId(), id))
                .map(Webhook::id)
                .orElseThrow(() -> ProblemException.notFound("webhook", webhook));
    }

    private Delivery find(WebhookId webhook, String delivery) {
        return DeliveryId.parse(delivery)
                .flatMap(id -> room.deliveries().find(webhook, id))
                .orElseThrow(() -> ProblemException.notFound("delivery", delivery));
    }

    private static Delivery.@Nullable State state(@Nullable String state) {
        if (state == null) {
            return null;
        }
        return Arrays.stream(Delivery.State.values())
                .filter(one -> one.name().equals(state))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "state must be of " + Arrays.toString(Delivery.State.values()) + "."));
    }
}
