package dev.kvasir.run;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened in a run.
 *
 * @param seq from 1, without gaps
 * @param name such as {@code step.delta}
 * @param data what else there is to say, an object
 */
public record EventRecord(
        long seq,
        Instant at,
        RunId runId,
        String name,
        @Nullable StepId stepId,
        @Nullable String node,
        @Nullable String edge,
        JsonNode data) {

    private static final Set<String> TERMINAL = Set.of("run.succeeded", "run.failed", "run.cancelled", "run.timed_out");

    /** Whether nothing follows. */
    public boolean isTerminal() {
        return TERMINAL.contains(name);
    }
}
