package dev.kvasir.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Starts a run on a server and waits for its end. */
final class RunFollower {

    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT");
    private static final Duration LOOK = Duration.ofMillis(150);

    private final ApiClient client;

    RunFollower(ApiClient client) {
        this.client = client;
    }

    /** Starts a run; gives its record. */
    JsonNode start(GraphArgument graph, ObjectNode request) {
        return client.post("/api/v1/graphs/" + ApiClient.encode(graph.name()) + "/runs", request, Map.of());
    }

    /**
     * Waits for a run's end.
     *
     * @param events hears every event, in order
     * @return the run's record, all parts of it
     */
    JsonNode await(String run, Consumer<JsonNode> events) {
        long seen = 0;
        while (true) {
            for (JsonNode event :
                    client.get("/api/v1/runs/" + run + "/events?after=" + seen).path("items")) {
                seen = event.path("seq").asLong();
                events.accept(event);
            }
            JsonNode record = client.get("/api/v1/runs/" + run + "?fields=core,io,metrics");
            if (ENDS.contains(record.path("state").asString())) {
                return record;
            }
            sleep();
        }
    }

    JsonNode steps(String run) {
        return client.get("/api/v1/runs/" + run + "/steps?fields=core,io,metrics")
                .path("items");
    }

    JsonNode edges(String run) {
        return client.get("/api/v1/runs/" + run + "/edges").path("items");
    }

    static ExitCode exitCode(JsonNode run) {
        return switch (run.path("state").asString()) {
            case "SUCCEEDED" -> ExitCode.DONE;
            case "TIMED_OUT" -> ExitCode.TIMED_OUT;
            default -> ExitCode.NO;
        };
    }

    private static void sleep() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(ExitCode.INTERRUPTED, "Interrupted.", interrupted);
        }
    }
}
