package dev.kvasir.graph;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What one run changes in its version.
 *
 * @param edges edge id to link fields, such as <code>{"mode": "TEXT"}</code>
 * @param nodes node id to node fields; only {@code generation}, {@code fusion}, {@code timeoutMs}
 *     and {@code retry}
 */
public record Overrides(Map<String, JsonNode> edges, Map<String, JsonNode> nodes) {

    public static final Overrides NONE = new Overrides(Map.of(), Map.of());

    public Overrides {
        edges = Map.copyOf(edges);
        nodes = Map.copyOf(nodes);
    }

    public boolean isEmpty() {
        return edges.isEmpty() && nodes.isEmpty();
    }
}
