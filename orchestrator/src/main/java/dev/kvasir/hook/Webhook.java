package dev.kvasir.hook;

import dev.kvasir.library.GraphId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell of runs.
 *
 * @param url where to
 * @param events names of events, such as {@code run.succeeded}
 * @param runs of which runs
 * @param graph only of this graph's runs, unless a run names the webhook; null for any
 * @param fields which parts of the run are told, such as {@code core,metrics}
 * @param enabled whether events are written down and sent at present
 */
record Webhook(
        WebhookId id,
        String name,
        URI url,
        List<String> events,
        Told runs,
        @Nullable GraphId graph,
        String fields,
        boolean enabled,
        Instant createdAt) {

    Webhook {
        events = List.copyOf(events);
    }

    /** Of which runs a webhook is told. */
    enum Told {
        /** Of every run of its owner. */
        ALL,
        /** Of runs that name it. */
        NAMED
    }
}
