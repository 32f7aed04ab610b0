package dev.kvasir.cli;

import static dev.kvasir.cli.ForeignInstallation.JSON;
import static dev.kvasir.cli.ForeignInstallation.PATIENCE;
import static dev.kvasir.cli.ForeignInstallation.object;
import static dev.kvasir.cli.ForeignInstallation.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.access.Scope;
import dev.kvasir.cli.ForeignInstallation.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Published graphs as tools of the Model Context Protocol, on a real installation. */
@ExtendWith(ForeignInstallation.Extension.class)
class McpIT {

    private static final String MCP = "/mcp";
    private static final String BOTH = "application/json, text/event-stream";
    private static final String CALL = "{\"name\":\"says\",\"arguments\":{\"question\":\"one two\"}}";

    private final ForeignInstallation kvasir;

    McpIT(ForeignInstallation kvasir) {
        this.kvasir = kvasir;
    }

    @ParameterizedTest
    @CsvSource({
        "2025-03-26, 2025-03-26",
        "2025-06-18, 2025-06-18",
        "2025-11-25, 2025-11-25",
        "2024-11-05, 2025-11-25",
        "2026-07-28, 2025-11-25"
    })
    void theVersionIsNegotiatedAndASessionBegun(String asked, String spoken) {
        Answer answer = ask("initialize", "{\"protocolVersion\":\"" + asked + "\",\"capabilities\":{}}");

        JsonNode result = answer.json().path("result");
        assertThat(result.path("protocolVersion").asString()).isEqualTo(spoken);
        assertThat(result.path("capabilities").toString()).isEqualTo("{\"tools\":{\"listChanged\":false}}");
        assertThat(result.at("/serverInfo/name").asString()).isEqualTo("kvasir");
        assertThat(answer.header("Mcp-Session-Id")).matches("[0-9a-f]{32}");
    }

    @Test
    void publishedGraphsThatSaySoAreToolsOfTheirOwner() {
        JsonNode tools = ask("tools/list", "{}").json().at("/result/tools");

        assertThat(strings(tools, "name")).contains("says", "frames", "waits", "free");
        JsonNode says = tools.valueStream()
                .filter(tool -> tool.path("name").asString().equals("says"))
                .findFirst()
                .orElseThrow();
        assertThat(says.toString())
                .isEqualTo("{\"name\":\"says\",\"title\":\"Graph says\","
                        + "\"description\":\"Runs the graph 'Graph says' and answers with its output.\","
                        + "\"inputSchema\":{\"type\":\"object\",\"required\":[\"question\"],"
                        + "\"properties\":{\"question\":{\"type\":\"string\"}}}}");

        String stranger = kvasir.keyOfStranger(Scope.RUNS_WRITE);
        Answer theirs = kvasir.exchange(kvasir.posting(MCP, stranger, message("tools/list", "{}"), "Accept", BOTH));
        assertThat(theirs.json().at("/result/tools")).isEmpty();
    }

    @Test
    void aCallRunsTheGraphAndAnswersTextAndStructure() {
        JsonNode result = ask("tools/call", CALL).json().path("result");

        assertThat(result.path("content").toString()).isEqualTo("[{\"type\":\"text\",\"text\":\"one two\"}]");
        assertThat(result.path("structuredContent").toString()).isEqualTo("{\"answer\":\"one two\"}");
        assertThat(result.path("isError").asBoolean()).isFalse();
        String run = result.at("/_meta").path("dev.kvasir/run").asString();
        assertThat(kvasir.client().get("/api/v1/runs/" + run).path("graph").asString())
                .isEqualTo("says");
    }

    @Test
    void whoSendsATokenHearsEachStepEnd() {
        Answer answer = ask(
                "tools/call",
                "{\"name\":\"says\",\"arguments\":{\"question\":\"x\"},\"_meta\":{\"progressToken\":\"t\"}}");

        List<JsonNode> messages = answer.data();
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        assertThat(messages).hasSize(4);
        assertThat(messages.getFirst().toString())
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"t\","
                                + "\"progress\":1,\"total\":3,\"message\":\"Node 'input' succeeded\"}}");
        assertThat(messages.get(2).at("/params/progress").asInt()).isEqualTo(3);
        assertThat(messages.getLast().at("/result/content/0/text").asString()).isEqualTo("x");
        assertThat(messages.getLast().path("id").asInt()).isEqualTo(1);
    }

    @Test
    void argumentsThatDoNotFitAreTheToolsErrorWithTheRunsSentence() {
        JsonNode result = ask("tools/call", "{\"name\":\"says\",\"arguments\":{\"question\":7}}")
                .json()
                .path("result");

        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString())
                .isEqualTo("1 problem: Input at /question: integer found, string expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tools/call | {\"name\":\"nobody\"} | -32602 | There is no tool 'nobody'. A graph is one when its newest version says settings.exposeAsTool.",
                "tools/call | {} | -32602 | name must be the name of a tool.",
                "tools/call | {\"name\":\"says\",\"arguments\":[]} | -32602 | arguments must be an object.",
                "tools/list | {\"cursor\":\"x\"} | -32602 | The cursor is none of this list, which has one page. Leave it out.",
                "initialize | {} | -32602 | protocolVersion must be a text, such as \"2025-11-25\".",
                "server/discover | {} | -32601 | There is no method 'server/discover' here. There are initialize, ping, tools/list and tools/call."
            })
    void whatCannotBeAnsweredIsAnErrorOfTheProtocol(String method, String params, int code, String sentence) {
        Answer answer = ask(method, params);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("id").asInt()).isEqualTo(1);
        assertThat(answer.json().at("/error/code").asInt()).isEqualTo(code);
        assertThat(answer.error("message")).isEqualTo(sentence);
    }

    @Test
    void aSignOfLifeIsGivenAndNotificationsAreAccepted() {
        assertThat(ask("ping", "{}").body()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        Answer told =
                kvasir.post(MCP, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "Accept", BOTH);
        assertThat(told.status()).isEqualTo(202);
        assertThat(told.body()).isEmpty();
    }

    @Test
    void cancellingARequestCancelsItsRunAndNoOtherSessions() {
        String session =
                ask("initialize", "{\"protocolVersion\":\"2025-11-25\"}").header("Mcp-Session-Id");
        String other = ask("initialize", "{\"protocolVersion\":\"2025-11-25\"}").header("Mcp-Session-Id");
        ObjectNode call = message("tools/call", "{\"name\":\"waits\",\"arguments\":{\"question\":\"x\"}}");
        CompletableFuture<HttpResponse<String>> answer = kvasir.http()
                .sendAsync(
                        kvasir.posting(MCP, kvasir.key(), call, "Accept", BOTH, "Mcp-Session-Id", session)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        await().atMost(PATIENCE).until(() -> open().size() == 1);
        String cancel =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1,\"reason\":\"late\"}}";

        kvasir.post(MCP, cancel, "Accept", BOTH, "Mcp-Session-Id", other);
        assertThat(open()).hasSize(1);
        kvasir.post(MCP, cancel, "Accept", BOTH, "Mcp-Session-Id", session);

        JsonNode result = JSON.readTree(answer.join().body()).path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString()).matches("Run run_[0-9a-f]{32} was cancelled\\.");
        assertThat(open()).isEmpty();
    }

    private JsonNode open() {
        return kvasir.client()
                .get("/api/v1/runs?graph=waits&state=QUEUED,RUNNING")
                .path("items");
    }

    @Test
    void severalMessagesTogetherAreOfTheFirstVersionAlone() {
        String two =
                "[" + message("ping", "{}") + "," + message("tools/call", CALL).put("id", "b") + "]";

        Answer old = kvasir.post(MCP, two, "Accept", BOTH);
        Answer newer = kvasir.post(MCP, two, "Accept", BOTH, "MCP-Protocol-Version", "2025-06-18");

        assertThat(strings(old.json(), "id")).containsExactly("1", "b");
        assertThat(newer.status()).isEqualTo(400);
        assertThat(newer.error("message"))
                .isEqualTo("The body is no JSON-RPC 2.0 message. Send an object with \"jsonrpc\": \"2.0\".");
    }

    @Test
    void whatTheTransportForbidsIsRefusedInTheProtocolsShape() {
        String ping = message("ping", "{}").toString();

        Answer nobody = kvasir.exchange(kvasir.posting(MCP, "", ping));
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(nobody.json().at("/error/data/code").asString()).isEqualTo("UNAUTHENTICATED");
        String reader = kvasir.keyOfStranger(Scope.GRAPHS_READ);
        assertThat(kvasir.exchange(kvasir.posting(MCP, reader, ping)).status()).isEqualTo(403);
        Answer page = kvasir.post(MCP, ping, "Origin", "https://evil.example");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.error("message"))
                .isEqualTo(
                        "Pages of 'https:??evil.example' may not call tools here. Use a program, or add the host to kvasir.http.hosts.");
        assertThat(kvasir.post(MCP, ping, "Origin", "null").status()).isEqualTo(403);
        assertThat(kvasir.post(MCP, ping, "Origin", kvasir.address()).status()).isEqualTo(200);
        assertThat(kvasir.post(MCP, "{").json().at("/error/code").asInt()).isEqualTo(-32700);
        assertThat(kvasir.post(MCP, ping, "MCP-Protocol-Version", "2020-01-01").error("message"))
                .isEqualTo(
                        "MCP-Protocol-Version is not one that is spoken here. Spoken: 2025-03-26, 2025-06-18, 2025-11-25.");
        assertThat(kvasir.post(MCP, ping, "Mcp-Session-Id", "mine").status()).isEqualTo(404);
        assertThat(kvasir.post(MCP, ping, "Accept", "text/html").status()).isEqualTo(400);
        assertThat(kvasir.get(MCP).status()).isEqualTo(405);
        assertThat(kvasir.get(MCP).header("Allow").toUpperCase(Locale.ROOT)).isEqualTo("POST");
    }

    private static ObjectNode message(String method, String params) {
        ObjectNode message =
                JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        message.set("params", object(params));
        return message;
    }

    private Answer ask(String method, String params) {
        return kvasir.post(MCP, message(method, params), "Accept", BOTH);
    }
}
