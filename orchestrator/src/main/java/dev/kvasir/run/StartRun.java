package dev.kvasir.run;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks for a run.
 *
 * @param graph the graph's id
 * @param version number of a published version; null for the newest
 * @param input fits the graph's input schema
 * @param seed 0 to 2^53 - 1; null for 0
 * @param edgeOverrides link by edge id, as the request has them
 * @param nodeOverrides parts of nodes by node id, as the request has them
 * @param priority −100 to 100, higher first; null for 0
 * @param timeout null for the graph's own
 * @param paired the run under text that this one is compared with; null if none
 * @param terms when it may start, and who is told of it
 */
public record StartRun(
        UUID graph,
        @Nullable Integer version,
        ObjectNode input,
        @Nullable Long seed,
        Map<String, JsonNode> edgeOverrides,
        Map<String, JsonNode> nodeOverrides,
        @Nullable Integer priority,
        @Nullable Duration timeout,
        Map<String, String> labels,
        @Nullable RunId paired,
        RunTerms terms) {

    public StartRun {
        edgeOverrides = Map.copyOf(edgeOverrides);
        nodeOverrides = Map.copyOf(nodeOverrides);
        labels = Map.copyOf(labels);
    }

    /** A run that may start at once. */
    public StartRun(
            UUID graph,
            @Nullable Integer version,
            ObjectNode input,
            @Nullable Long seed,
            Map<String, JsonNode> edgeOverrides,
            Map<String, JsonNode> nodeOverrides,
            @Nullable Integer priority,
            @Nullable Duration timeout,
            Map<String, String> labels,
            @Nullable RunId paired) {
        this(
                graph,
                version,
                input,
                seed,
                edgeOverrides,
                nodeOverrides,
                priority,
                timeout,
                labels,
                paired,
                RunTerms.NONE);
    }

    /** A published version of a graph on one input, under labels; all else by default. */
    public static StartRun labelled(
            UUID graph, @Nullable Integer version, ObjectNode input, Map<String, String> labels) {
        return new StartRun(graph, version, input, null, Map.of(), Map.of(), null, null, labels, null);
    }

    /** The newest version of a graph on one input, all else by default. */
    public static StartRun of(UUID graph, ObjectNode input) {
        return new StartRun(graph, null, input, null, Map.of(), Map.of(), null, null, Map.of(), null);
    }
}
