package dev.kvasir.mcp;

import dev.kvasir.run.EventRecord;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How far a call has come, told by its run's steps as they end. Not for several threads. */
final class Progress {

    private static final Set<String> ENDS = Set.of("step.succeeded", "step.skipped", "step.reused", "step.failed");

    private final JsonNode token;
    private final int nodes;
    private int ended;

    /**
     * Counts from 0.
     *
     * @param token as the client has sent it
     * @param nodes of the graph
     */
    Progress(JsonNode token, int nodes) {
        this.token = token;
        this.nodes = nodes;
    }

    /** The notification that an event is worth; a step that starts again is not counted twice. */
    Optional<ObjectNode> after(EventRecord event) {
        if (!ENDS.contains(event.name())) {
            return Optional.empty();
        }
        ended++;
        ObjectNode notification =
                JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("method", "notifications/progress");
        ObjectNode params = notification.putObject("params");
        params.set("progressToken", token);
        params.put("progress", ended);
        if (ended <= nodes) {
            params.put("total", nodes);
        }
        params.put(
                "message", "Node '%s' %s".formatted(event.node(), event.name().substring("step.".length())));
        return Optional.of(notification);
    }
}
