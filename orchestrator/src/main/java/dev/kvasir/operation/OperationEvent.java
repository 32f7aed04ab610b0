package dev.kvasir.operation;

import java.time.Instant;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened in an operation.
 *
 * @param seq from 1, without gaps
 * @param name such as {@code operation.progress}
 * @param data what else there is to say, an object
 */
public record OperationEvent(long seq, Instant at, OperationId operationId, String name, JsonNode data) {

    /** The name of an event that tells how far it is. */
    public static final String PROGRESS = "operation.progress";

    private static final Set<String> TERMINAL =
            Set.of("operation.succeeded", "operation.failed", "operation.cancelled");

    /** Whether nothing follows. */
    public boolean isTerminal() {
        return TERMINAL.contains(name);
    }
}
