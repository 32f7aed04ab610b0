package dev.kvasir.mcpclient;

import dev.kvasir.tool.Tool;
import dev.kvasir.tool.ToolResult;
import dev.kvasir.tool.ToolSpecification;
import tools.jackson.databind.node.ObjectNode;

/** A tool of an MCP server. */
final class McpTool implements Tool {

    private final McpConnection connection;
    private final ToolSpecification specification;

    McpTool(McpConnection connection, String name, String description, ObjectNode parameters) {
        this.connection = connection;
        this.specification = new ToolSpecification(name, description, parameters);
    }

    @Override
    public ToolSpecification specification() {
        return specification;
    }

    @Override
    public ToolResult call(ObjectNode arguments) {
        return connection.call(specification.name(), arguments);
    }
}
