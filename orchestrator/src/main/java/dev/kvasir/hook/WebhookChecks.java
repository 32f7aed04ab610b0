package dev.kvasir.hook;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.hook.Webhook.Told;
import dev.kvasir.library.GraphId;
import dev.kvasir.library.GraphLibrary;
import dev.kvasir.library.StoredGraph;
import dev.kvasir.outbound.AddressNotAllowedException;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.run.HexIds;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Says whether a webhook may be as its owner wants it. */
@Component
@Profile("!worker")
final class WebhookChecks {

    /** Every event of which webhooks may be told. */
    private static final List<String> EVENTS = List.of(
            "run.queued",
            "run.started",
            "run.waiting",
            "run.resumed",
            "run.succeeded",
            "run.failed",
            "run.cancelled",
            "run.timed_out",
            "wait.opened",
            "wait.answered",
            "wait.expired");

    private static final List<String> ENDS = List.of("run.succeeded", "run.failed", "run.cancelled", "run.timed_out");
    private static final Set<String> FIELDS = Set.of("core", "io", "metrics", "scores");
    private static final String DEFAULT_FIELDS = "core,metrics";
    private static final String ANY_GRAPH = "*";
    private static final int LONGEST_URL = 2000;

    private final GraphLibrary library;
    private final OutboundClient outbound;
    private final Clock clock;

    WebhookChecks(GraphLibrary library, OutboundClient outbound, Clock clock) {
        this.library = library;
        this.outbound = outbound;
        this.clock = clock;
    }

    /** A webhook that is asked for, or what is to change of one; what is absent is as it was, or by default. */
    record Wanted(
            @Nullable String name,
            @Nullable String url,
            @Nullable List<String> events,
            @Nullable Told runs,
            @Nullable String graph,
            @Nullable String fields,
            @Nullable Boolean enabled) {}

    /** A webhook to be. */
    Webhook fresh(UUID owner, Wanted wanted) {
        return new Webhook(
                new WebhookId(HexIds.next()),
                Refusals.name(wanted.name()),
                url(wanted.url()),
                wanted.events() == null ? ENDS : events(wanted.events()),
                wanted.runs() == null ? Told.ALL : wanted.runs(),
                wanted.graph() == null ? null : graph(owner, wanted.graph()),
                wanted.fields() == null ? DEFAULT_FIELDS : fields(wanted.fields()),
                wanted.enabled() == null || wanted.enabled(),
                clock.instant());
    }

    /** A webhook as it shall be. */
    Webhook changed(UUID owner, Webhook before, Wanted wanted) {
        return new Webhook(
                before.id(),
                wanted.name() == null ? before.name() : Refusals.name(wanted.name()),
                wanted.url() == null ? before.url() : url(wanted.url()),
                wanted.events() == null ? before.events() : events(wanted.events()),
                wanted.runs() == null ? before.runs() : wanted.runs(),
                wanted.graph() == null ? before.graph() : graph(owner, wanted.graph()),
                wanted.fields() == null ? before.fields() : fields(wanted.fields()),
                wanted.enabled() == null ? before.enabled() : wanted.enabled(),
                before.createdAt());
    }

    private URI url(@Nullable String url) {
        if (url == null || url.isBlank() || url.length() > LONGEST_URL) {
            throw Refusals.outOfRange("/url", "A webhook needs a url of 1 to %d characters.".formatted(LONGEST_URL));
        }
        try {
            URI address = new URI(url);
            outbound.requireAllowed(address);
            return address;
        } catch (URISyntaxException broken) {
            throw Refusals.outOfRange("/url", "The url is not an address such as https://example.org/hook.");
        } catch (AddressNotAllowedException refused) {
            String detail = String.valueOf(refused.getMessage());
            throw new ProblemException(
                    ProblemType.ADDRESS_NOT_ALLOWED, detail, List.of(ProblemFault.at("/url", detail)));
        }
    }

    private static List<String> events(List<String> wanted) {
        if (wanted.isEmpty()) {
            throw Refusals.outOfRange("/events", "A webhook needs at least one event.");
        }
        for (int at = 0; at < wanted.size(); at++) {
            if (!EVENTS.contains(wanted.get(at))) {
                throw Refusals.outOfRange(
                        "/events/" + at,
                        "Event '%s' is not told to webhooks. Known: %s."
                                .formatted(wanted.get(at), String.join(", ", EVENTS)));
            }
        }
        return List.copyOf(new LinkedHashSet<>(wanted));
    }

    private @Nullable GraphId graph(UUID owner, String graph) {
        return graph.equals(ANY_GRAPH)
                ? null
                : library.find(owner, graph)
                        .map(StoredGraph::id)
                        .orElseThrow(() -> ProblemException.notFound("graph", graph));
    }

    private static String fields(String fields) {
        for (String field : fields.split(",", -1)) {
            if (!FIELDS.contains(field)) {
                throw Refusals.outOfRange("/fields", "fields names core, io, metrics and scores only, with commas.");
            }
        }
        return fields;
    }
}
