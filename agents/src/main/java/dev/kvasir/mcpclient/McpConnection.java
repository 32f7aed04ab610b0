package dev.kvasir.mcpclient;

import dev.kvasir.outbound.AddressNotAllowedException;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundException;
import dev.kvasir.tool.Tool;
import dev.kvasir.tool.ToolResult;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One MCP server: the session with it, and the tools that it lists. Safe for several threads. */
final class McpConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(McpConnection.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_TOOLS = 200;
    private static final int MAX_SCHEMA = 32 * 1024;
    private static final int MAX_DESCRIPTION = 2000;

    private final McpServer server;
    private final OutboundClient outbound;
    private final Duration refresh;
    private final Duration timeout;
    private final JsonMapper json = JsonMapper.builder().build();
    private Map<String, Tool> tools = Map.of();
    private long nextLook = System.nanoTime();
    private @Nullable Session session;

    McpConnection(McpServer server, OutboundClient outbound, Duration refresh, Duration timeout) {
        this.server = server;
        this.outbound = outbound;
        this.refresh = refresh;
        this.timeout = timeout;
    }

    private record Session(McpSyncClient client, GuardedMcpTransport transport) {}

    /** By name. While the server does not answer, those that it listed last. */
    synchronized Map<String, Tool> tools() {
        if (System.nanoTime() - nextLook < 0) {
            return tools;
        }
        try {
            tools = listed();
            nextLook = System.nanoTime() + refresh.toNanos();
        } catch (RuntimeException failed) {
            log.warn("MCP server {} cannot be asked for its tools: {}", server.name(), told(failed));
            drop();
            nextLook = System.nanoTime() + Math.min(PATIENCE.toNanos(), refresh.toNanos());
        }
        return tools;
    }

    /** Calls a tool; a session that the server has forgotten is begun anew, once. */
    ToolResult call(String tool, ObjectNode arguments) {
        CallToolRequest request = CallToolRequest.builder(tool)
                .arguments(json.convertValue(arguments, new TypeReference<Map<String, Object>>() {}))
                .build();
        for (int tries = 1; ; tries++) {
            Session current = null;
            try {
                current = session();
                return result(current.client().callTool(request));
            } catch (McpError refused) {
                return ToolResult.failed(
                        "Tool '" + tool + "' of server '" + server.name() + "' refused: " + refused.getMessage());
            } catch (RuntimeException failed) {
                drop();
                if (current == null || !current.transport().isForgotten() || tries > 1) {
                    return failed(failed);
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        drop();
    }

    private synchronized Session session() {
        if (session == null) {
            GuardedMcpTransport transport =
                    new GuardedMcpTransport(server, outbound, timeout, new JacksonMcpJsonMapper(json));
            McpSyncClient client = McpClient.sync(transport)
                    .clientInfo(Implementation.builder("kvasir", "1").build())
                    .requestTimeout(timeout)
                    .initializationTimeout(timeout)
                    .build();
            session = new Session(client, transport); // dropped by the caller if it cannot begin
            client.initialize();
        }
        return session;
    }

    private synchronized void drop() {
        if (session != null) {
            session.client().close();
            session = null;
        }
    }

    private Map<String, Tool> listed() {
        Map<String, Tool> listed = new LinkedHashMap<>();
        String cursor = null;
        do {
            McpSchema.ListToolsResult page = cursor == null
                    ? session().client().listTools()
                    : session().client().listTools(cursor);
            page.tools().forEach(tool -> add(listed, tool));
            cursor = page.nextCursor();
        } while (cursor != null && listed.size() < MAX_TOOLS);
        return Map.copyOf(listed);
    }

    /** A tool that a model could not be told of is left out. */
    private void add(Map<String, Tool> listed, McpSchema.Tool tool) {
        Map<String, Object> schema = tool.inputSchema() == null ? Map.of() : tool.inputSchema();
        ObjectNode parameters = json.valueToTree(schema);
        if (!NAME.matcher(tool.name()).matches()
                || parameters.toString().length() > MAX_SCHEMA
                || listed.size() == MAX_TOOLS) {
            log.warn("MCP server {} offers a tool that is left out: its name or schema is too long", server.name());
            return;
        }
        String description = tool.description() == null ? "" : tool.description();
        listed.put(
                tool.name(),
                new McpTool(
                        this,
                        tool.name(),
                        description.substring(0, Math.min(MAX_DESCRIPTION, description.length())),
                        parameters.has("type") ? parameters : parameters.put("type", "object")));
    }

    private ToolResult result(CallToolResult result) {
        String text = result.content() == null
                ? ""
                : result.content().stream()
                        .map(content -> content instanceof TextContent written
                                ? written.text()
                                : "[" + content.type() + " left out]")
                        .collect(Collectors.joining("\n"));
        if (text.isEmpty() && result.structuredContent() != null) {
            text = json.writeValueAsString(result.structuredContent());
        }
        return Boolean.TRUE.equals(result.isError()) ? ToolResult.failed(text) : ToolResult.done(text);
    }

    private ToolResult failed(RuntimeException failed) {
        log.warn("MCP server {} did not do a call: {}", server.name(), told(failed));
        String text = "Server '" + server.name() + "' did not do the call: " + told(failed);
        boolean isDenied = ours(failed)
                .filter(AddressNotAllowedException.class::isInstance)
                .isPresent();
        return isDenied ? ToolResult.denied(text) : ToolResult.failed(text);
    }

    private static String told(RuntimeException failed) {
        return ours(failed).map(Throwable::getMessage).orElse("it answered too late or not as MCP has it.");
    }

    /** The cause that is ours, if there is one: what others say may hold anything. */
    private static Optional<Throwable> ours(RuntimeException failed) {
        Throwable cause = failed;
        while (cause != null) {
            if (cause instanceof AddressNotAllowedException
                    || cause instanceof OutboundException
                    || cause instanceof McpRefusedException) {
                return Optional.of(cause);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
