package dev.kvasir.mcpclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundSettings;
import dev.kvasir.tool.ToolResult;
import dev.kvasir.tool.Toolbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against a server that speaks the protocol as its specification (2025-06-18) writes it. */
class McpToolsIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile boolean streams;
    private volatile int forgetsSession = -1;
    private HttpServer server;
    private OutboundClient outbound;
    private McpTools tools;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/mcp", this::handle);
        server.start();
        String host = "127.0.0.1:" + server.getAddress().getPort();
        outbound = new OutboundClient(new OutboundSettings(
                List.of(host), List.of(host), List.of("127.0.0.1"), Duration.ofSeconds(5), 100_000));
        tools = tools(outbound);
    }

    @AfterEach
    void stop() {
        tools.close();
        outbound.close();
        server.stop(0);
    }

    @Test
    void theToolsOfAServerAreNamedAndCalled() {
        assertThat(tools.names()).containsExactlyInAnyOrder("mcp:shop/price", "mcp:shop/fail");
        assertThat(call("mcp:shop/price", "{\"item\":\"pear\"}")).isEqualTo(ToolResult.done("pear costs 3"));
        assertThat(call("mcp:shop/fail", "{}")).isEqualTo(ToolResult.failed("sold out"));
    }

    @Test
    void anAnswerMayBeAStreamOfEvents() {
        streams = true;
        assertThat(call("mcp:shop/price", "{\"item\":\"plum\"}")).isEqualTo(ToolResult.done("plum costs 3"));
    }

    @Test
    void theTokenTheSessionAndTheAgreedVersionGoWithEveryRequest() {
        call("mcp:shop/price", "{\"item\":\"pear\"}");
        assertThat(seen)
                .filteredOn(line -> line.startsWith("tools/call"))
                .containsExactly("tools/call Bearer hush session-1 2025-06-18");
    }

    @Test
    void argumentsAreHeldAgainstTheServersSchemaBeforeItIsAsked() {
        assertThat(call("mcp:shop/price", "{\"item\":7}").isError()).isTrue();
        assertThat(seen).noneMatch(line -> line.startsWith("tools/call"));
    }

    @Test
    void aSessionThatTheServerForgotIsBegunAnew() {
        call("mcp:shop/price", "{\"item\":\"pear\"}");
        forgetsSession = sessions.get();
        assertThat(call("mcp:shop/price", "{\"item\":\"fig\"}")).isEqualTo(ToolResult.done("fig costs 3"));
        assertThat(sessions).hasValue(2);
    }

    @Test
    void theListStandsWhileTheServerIsAway() {
        assertThat(tools.names()).hasSize(2);
        server.stop(0);
        assertThat(tools.names()).hasSize(2);
        assertThat(call("mcp:shop/price", "{\"item\":\"fig\"}").text())
                .startsWith("Server 'shop' did not do the call: '127.0.0.1:");
    }

    @Test
    void aServerThatTheWayOutDoesNotAllowIsNotAsked() {
        try (OutboundClient closed = new OutboundClient(OutboundSettings.NOTHING);
                McpTools unreachable = tools(closed)) {
            assertThat(unreachable.names()).isEmpty();
            assertThat(unreachable.find("mcp:shop/price")).isEmpty();
            assertThat(seen).isEmpty();
        }
    }

    private McpTools tools(OutboundClient client) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
        return new McpTools(
                List.of(new McpServer("shop", url, () -> Optional.of("hush"))),
                client,
                Duration.ofMillis(1),
                Duration.ofSeconds(5));
    }

    private ToolResult call(String name, String arguments) {
        return new Toolbox(List.of(tools), Duration.ofSeconds(10)).call(name, arguments, () -> false);
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            answer(exchange, 200, "text/plain", "");
            return;
        }
        JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String method = message.path("method").asString("");
        String session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        seen.add(String.join(
                " ",
                method,
                exchange.getRequestHeaders().getFirst("Authorization"),
                String.valueOf(session),
                String.valueOf(exchange.getRequestHeaders().getFirst("MCP-Protocol-Version"))));
        if (("session-" + forgetsSession).equals(session)) {
            answer(exchange, 404, "text/plain", "gone");
            return;
        }
        String result = result(method, message.path("params"), exchange);
        if (result.isEmpty()) {
            answer(exchange, 202, "application/json", "null");
            return;
        }
        String text = "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}";
        answer(
                exchange,
                200,
                streams ? "text/event-stream" : "application/json",
                streams ? ": hello\n\nevent: message\ndata: " + text + "\n\n" : text);
    }

    private String result(String method, JsonNode parameters, HttpExchange exchange) {
        return switch (method) {
            case "initialize" -> {
                exchange.getResponseHeaders().add("Mcp-Session-Id", "session-" + sessions.incrementAndGet());
                yield "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":"
                        + "\"shop\",\"version\":\"1\"}}";
            }
            case "tools/list" ->
                "{\"tools\":[{\"name\":\"price\",\"description\":\"Tells a price.\",\"inputSchema\":{\"type\":\"object\","
                        + "\"properties\":{\"item\":{\"type\":\"string\"}},\"required\":[\"item\"]}},{\"name\":\"fail\","
                        + "\"inputSchema\":{\"type\":\"object\"}},{\"name\":\"not a name\",\"inputSchema\":{\"type\":"
                        + "\"object\"}}]}";
            case "tools/call" ->
                parameters.path("name").asString("").equals("fail")
                        ? "{\"content\":[{\"type\":\"text\",\"text\":\"sold out\"}],\"isError\":true}"
                        : "{\"content\":[{\"type\":\"text\",\"text\":\""
                                + parameters.path("arguments").path("item").asString("") + " costs 3\"}]}";
            default -> "";
        };
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
