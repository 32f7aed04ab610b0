package dev.kvasir.hook;

import dev.kvasir.library.GraphId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An address at which others start runs of a graph.
 *
 * @param owner whose runs these are
 * @param version null for the newest at the time of the call
 * @param input template by name of a field of the run's input
 * @param enabled whether it can be called at present
 */
record Trigger(
        TriggerId id,
        UUID owner,
        String name,
        GraphId graph,
        @Nullable Integer version,
        Auth auth,
        Map<String, String> input,
        boolean enabled,
        Instant createdAt) {

    Trigger {
        input = new LinkedHashMap<>(input);
    }

    /** How callers show that they may. */
    enum Auth {
        /** By the signature of each message (Standard Webhooks). */
        SIGNATURE,
        /** By a bearer key. */
        KEY
    }
}
