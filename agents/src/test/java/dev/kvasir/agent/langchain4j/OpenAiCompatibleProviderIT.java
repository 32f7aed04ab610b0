package dev.kvasir.agent.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.GenerationOptions;
import dev.kvasir.agent.Intake;
import dev.kvasir.agent.Message;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.agent.ReplyFormat;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.agent.ReplyRequest;
import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundSettings;
import dev.kvasir.tool.BuiltInTools;
import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolOffer;
import dev.kvasir.tool.ToolSettings;
import dev.kvasir.tool.Toolbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OpenAiCompatibleProviderIT {

    private static final String STREAM = """
            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Good "}}]}

            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"day"}}]}

            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}

            data: [DONE]

            """;

    private static final String CALL = """
            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c7","type":"function","function":{"name":"calculator","arguments":"{\\"expression\\":"}}]}}]}

            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"6*7\\"}"}}]}}]}

            data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """;

    private HttpServer server;
    private String asked = "";
    private int status = 200;
    private String stream = STREAM;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] body = (status == 200 ? stream : "{}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void aRemoteReplyIsStreamedAndCounted() {
        StringBuilder heard = new StringBuilder();

        AgentReply reply = new OpenAiCompatibleProvider().reply(remote(), request(), new Writing(heard));

        assertThat(reply.text()).isEqualTo("Good day");
        assertThat(heard.toString()).isEqualTo("Good day");
        assertThat(reply.promptTokens()).isEqualTo(7);
        assertThat(reply.generatedTokens()).isEqualTo(2);
        assertThat(asked.replaceAll("\\s", ""))
                .contains("\"model\":\"m\"", "Saygoodday.")
                .doesNotContain("secret");
    }

    @Test
    void aRemoteModelIsToldToolsAsksForThemAndIsToldWhatTheyReturned() {
        OutboundClient outbound = new OutboundClient(OutboundSettings.NOTHING);
        ToolOffer tools = new Toolbox(
                        List.of(new BuiltInTools(new ToolSettings(List.of(), ToolSettings.DEFAULT_TIMEOUT), outbound)),
                        ToolSettings.DEFAULT_TIMEOUT)
                .offer(List.of("builtin:calculator"), 8);
        outbound.close();
        List<Message> conversation = List.of(Message.user("6 times 7?"));
        stream = CALL;

        AgentReply asking =
                new OpenAiCompatibleProvider().reply(remote(), request(conversation, tools), ReplyListener.SILENT);

        ToolCall call = new ToolCall("c7", "calculator", "{\"expression\":\"6*7\"}");
        assertThat(asking.finishReason()).isEqualTo(AgentReply.FinishReason.TOOL);
        assertThat(asking.tooling().asked()).containsExactly(call);
        assertThat(asked.replaceAll("\\s", ""))
                .contains("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"calculator\"")
                .contains("\"required\":[\"expression\"]");

        stream = STREAM;
        new OpenAiCompatibleProvider()
                .reply(
                        remote(),
                        request(
                                List.of(
                                        Message.user("6 times 7?"),
                                        new Message(Message.Role.ASSISTANT, "", List.of(call), null),
                                        new Message(Message.Role.TOOL, "42", List.of(), call)),
                                tools),
                        ReplyListener.SILENT);
        assertThat(asked.replaceAll("\\s", ""))
                .contains(
                        "\"tool_calls\":[{\"id\":\"c7\"",
                        "{\"role\":\"tool\",\"tool_call_id\":\"c7\",\"content\":\"42\"}");
    }

    @Test
    void aSchemaGoesToTheProviderAsItsResponseFormat() {
        ReplyFormat format = new ReplyFormat.Schema(
                new JsonMapper().readTree("{\"type\":\"object\",\"properties\":{\"tag\":{\"enum\":[\"bug\"]}}}"));
        new OpenAiCompatibleProvider()
                .reply(remote(), request(GenerationOptions.GREEDY.withFormat(format)), ReplyListener.SILENT);

        assertThat(asked.replaceAll("\\s", ""))
                .contains(
                        "\"response_format\":{\"type\":\"json_schema\"",
                        "\"name\":\"reply\"",
                        "{\"tag\":{\"enum\":[\"bug\"]}}");
    }

    @Test
    void aRefusalNamesTheModelAndNeverTheKey() {
        status = 401;

        assertThatThrownBy(() -> new OpenAiCompatibleProvider().reply(remote(), request(), ReplyListener.SILENT))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refused -> assertThat(refused.fault()).isEqualTo(AgentFault.PROVIDER_FAILED))
                .hasMessage(
                        "The provider of model 'far' did not answer. Check its address, its key and the model's name"
                                + " there.");
    }

    private ModelEntry.Remote remote() {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
        return new ModelEntry.Remote("far", address, "m", () -> "secret");
    }

    private static ReplyRequest request() {
        return request(GenerationOptions.GREEDY);
    }

    private static ReplyRequest request(GenerationOptions options) {
        return new ReplyRequest(
                "writer", "far", List.of(Message.user("Say good day.")), new Intake.None(), options, false);
    }

    private static ReplyRequest request(List<Message> messages, ToolOffer tools) {
        return new ReplyRequest("writer", "far", messages, new Intake.None(), GenerationOptions.GREEDY, false, tools);
    }

    private record Writing(StringBuilder heard) implements ReplyListener {

        @Override
        public void text(String delta, int tokens) {
            heard.append(delta);
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
