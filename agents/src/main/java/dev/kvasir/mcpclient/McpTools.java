package dev.kvasir.mcpclient;

import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.tool.Tool;
import dev.kvasir.tool.ToolSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tools of all MCP servers, {@code mcp:<server>/<tool>}. A server is connected to when it is first asked for; its list is read again
 * after a while, and the last one stands while it does not answer.
 */
public final class McpTools implements ToolSource, AutoCloseable {

    private static final String PREFIX = "mcp:";

    private final Map<String, McpConnection> connections = new LinkedHashMap<>();

    /**
     * Connects to nobody yet.
     *
     * @param refresh how old a list of tools may be
     * @param timeout of one request to a server
     */
    public McpTools(List<McpServer> servers, OutboundClient outbound, Duration refresh, Duration timeout) {
        servers.forEach(
                server -> connections.put(server.name(), new McpConnection(server, outbound, refresh, timeout)));
    }

    @Override
    public List<String> names() {
        return connections.entrySet().stream()
                .flatMap(server ->
                        server.getValue().tools().keySet().stream().map(tool -> PREFIX + server.getKey() + "/" + tool))
                .toList();
    }

    @Override
    public Optional<Tool> find(String name) {
        int slash = name.indexOf('/');
        if (!name.startsWith(PREFIX) || slash < 0) {
            return Optional.empty();
        }
        McpConnection connection = connections.get(name.substring(PREFIX.length(), slash));
        return connection == null
                ? Optional.empty()
                : Optional.ofNullable(connection.tools().get(name.substring(slash + 1)));
    }

    @Override
    public void close() {
        connections.values().forEach(McpConnection::close);
    }
}
