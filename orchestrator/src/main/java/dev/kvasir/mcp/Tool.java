package dev.kvasir.mcp;

import dev.kvasir.graph.Graph;
import dev.kvasir.library.GraphVersion;
import dev.kvasir.library.StoredGraph;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A published graph that is offered as a tool: its newest version. */
record Tool(StoredGraph stored, GraphVersion version, Graph graph) {

    String name() {
        return stored.name();
    }

    ObjectNode json() {
        ObjectNode tool = JsonNodeFactory.instance
                .objectNode()
                .put("name", name())
                .put("title", stored.title())
                .put("description", "Runs the graph '%s' and answers with its output.".formatted(stored.title()));
        tool.set("inputSchema", graph.input().schema());
        return tool;
    }
}
