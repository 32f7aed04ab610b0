package dev.kvasir.cli;

import static dev.kvasir.cli.ForeignInstallation.JSON;
import static dev.kvasir.cli.ForeignInstallation.PATIENCE;
import static dev.kvasir.cli.ForeignInstallation.object;
import static dev.kvasir.cli.ForeignInstallation.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.access.Scope;
import dev.kvasir.cli.ForeignInstallation.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's API as its clients write and read it, on a real installation. */
@ExtendWith(ForeignInstallation.Extension.class)
class OpenAiIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";

    private final ForeignInstallation kvasir;

    OpenAiIT(ForeignInstallation kvasir) {
        this.kvasir = kvasir;
    }

    @Test
    void graphsWithTheirVersionsAndLocalModelsAreListedAndFoundByName() {
        kvasir.post(CHAT, chat("echo", "makes the graph of one model"));

        List<String> ids = strings(kvasir.get("/v1/models").json().path("data"), "id");

        assertThat(ids).contains("kvasir/says", "kvasir/says@1", "echo", "pocket-receiver");
        assertThat(ids).noneMatch(id -> id.startsWith("kvasir/model"));
        assertThat(kvasir.client().get("/api/v1/graphs").toString()).doesNotContain("model:");
        assertThat(kvasir.get("/v1/models/kvasir%2Fsays%401")
                        .json()
                        .path("owned_by")
                        .asString())
                .isEqualTo("kvasir");
        assertThat(kvasir.get("/v1/models/kvasir/says").json().path("id").asString())
                .isEqualTo("kvasir/says");
        assertThat(kvasir.get("/v1/models/kvasir%2Fnobody").error("code")).isEqualTo("model_not_found");
        assertThat(kvasir.get("/api/v1/graphs/a%2fb").status()).isEqualTo(400);
    }

    @Test
    void aGraphAnswersAChatWithItsRunsUsageAndName() {
        Answer answer = kvasir.post(CHAT, chat("kvasir/says", "one two three"));

        JsonNode body = answer.json();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(body.path("object").asString()).isEqualTo("chat.completion");
        assertThat(body.path("model").asString()).isEqualTo("kvasir/says@1");
        assertThat(body.at("/choices/0/message").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"one two three\",\"refusal\":null}");
        assertThat(body.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(body.path("usage").toString())
                .isEqualTo(
                        "{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6,\"prompt_tokens_details\":{\"cached_tokens\":0},"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"intermediate_tokens\":0}}");
        String run = body.at("/kvasir/runId").asString();
        assertThat(answer.header("Kvasir-Run")).isEqualTo(run);
        assertThat(kvasir.client()
                        .get("/api/v1/runs/" + run)
                        .at("/labels/openai.api")
                        .asString())
                .isEqualTo("chat.completions");
    }

    @Test
    void tokensOfAgentsThatDoNotReplyAreIntermediate() {
        JsonNode whole = kvasir.post(CHAT, chat("kvasir/chain", "one two")).json();
        Answer streamed = kvasir.post(CHAT, chat("kvasir/chain", "one two").put("stream", true));

        assertThat(whole.at("/choices/0/message/content").asString()).isEqualTo("so one two!");
        assertThat(deltas(streamed.data())).isEqualTo("so one two!");
        assertThat(whole.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
        assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(5);
        assertThat(whole.at("/usage/completion_tokens_details/intermediate_tokens")
                        .asInt())
                .isEqualTo(2);
        assertThat(whole.at("/kvasir/effectiveModes/a_b").asString()).isEqualTo("TEXT");
    }

    @Test
    void aLocalModelAnswersAConversationUnderAGraphThatIsMadeOnce() {
        ObjectNode request = object("""
                {"model":"pocket-receiver","max_tokens":8,"messages":[{"role":"developer","content":"Answer."},
                 {"role":"user","content":"What does a wexkus hold?"},{"role":"assistant","content":"pictures"},
                 {"role":"user","content":[{"type":"text","text":"What does a "},{"type":"text","text":"kelgat hold?"}]}]}""");
        JsonNode first = kvasir.post(CHAT, request).json();
        JsonNode second = kvasir.post(CHAT, request).json();

        assertThat(first.path("model").asString()).isEqualTo("pocket-receiver");
        assertThat(first.at("/choices/0/message/content").asString())
                .isEqualTo(second.at("/choices/0/message/content").asString())
                .isNotBlank();
        assertThat(second.at("/kvasir/versionId")).isEqualTo(first.at("/kvasir/versionId"));
        JsonNode run =
                kvasir.client().get("/api/v1/runs/" + second.at("/kvasir/runId").asString());
        assertThat(run.path("graph").asString()).isEqualTo("model:pocket-receiver");
        JsonNode messages = kvasir.client()
                .get("/api/v1/runs/" + run.path("id").asString() + "/steps/model")
                .path("messages");
        assertThat(strings(messages, "role")).containsExactly("system", "user", "assistant", "user");
        assertThat(messages.at("/3/content").asString()).isEqualTo("What does a kelgat hold?");
    }

    @Test
    void optionsAndExtensionsReachTheRun() {
        ObjectNode request = chat("kvasir/says", "one two three")
                .put("max_completion_tokens", 2)
                .put("seed", 7)
                .put("temperature", 0.5)
                .put("user", "u1");
        request.putObject("metadata").put("case", "9");
        JsonNode answer = kvasir.post(CHAT, request).json();

        assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("one two");
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        JsonNode run =
                kvasir.client().get("/api/v1/runs/" + answer.at("/kvasir/runId").asString());
        assertThat(run.path("seed").asInt()).isEqualTo(7);
        assertThat(run.path("labels").toString()).contains("\"case\":\"9\"", "\"openai.user\":\"u1\"");

        ObjectNode given = chat("kvasir/free", "unused");
        given.putObject("kvasir").putObject("input").put("question", "given");
        assertThat(kvasir.post(CHAT, given)
                        .json()
                        .at("/choices/0/message/content")
                        .asString())
                .isEqualTo("given");
    }

    @Test
    void oneIdempotencyKeyIsOneRun() {
        ObjectNode request = chat("kvasir/says", "once");

        Answer first = kvasir.post(CHAT, request, "Idempotency-Key", "chat-1");
        Answer second = kvasir.post(CHAT, request, "Idempotency-Key", "chat-1");
        Answer other = kvasir.post(CHAT, chat("kvasir/says", "twice"), "Idempotency-Key", "chat-1");

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.error("code")).isEqualTo("idempotency_mismatch");
    }

    @Test
    void aStreamAddsUpToTheReplyAndEndsWithItsUsage() {
        String text = "word ".repeat(600).strip();
        ObjectNode request = chat("kvasir/says", text).put("stream", true).put("max_tokens", 1000);
        request.putObject("stream_options").put("include_usage", true);

        Answer answer = kvasir.post(CHAT, request);
        List<JsonNode> chunks = answer.data();

        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        assertThat(answer.header("Kvasir-Run")).startsWith("run_");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        assertThat(chunks.getFirst().at("/choices/0/delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
        assertThat(deltas(chunks)).isEqualTo(text);
        JsonNode last = chunks.get(chunks.size() - 2);
        assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(last.at("/kvasir/runId").asString()).isEqualTo(answer.header("Kvasir-Run"));
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/completion_tokens").asInt()).isEqualTo(600);
    }

    @Test
    void anOutputThatIsMoreThanTheAgentsTextIsToldAtTheEnd() {
        Answer answer = kvasir.post(CHAT, chat("kvasir/frames", "hello").put("stream", true));

        assertThat(deltas(answer.data())).isEqualTo("He said: HELLO");
    }

    @Test
    void aRunThatFailsIsAnErrorWholeAndMidStream() {
        ObjectNode request = chat("pocket-receiver", "pictures ".repeat(3000));

        Answer whole = kvasir.post(CHAT, request);
        Answer streamed = kvasir.post(CHAT, request.put("stream", true));

        assertThat(whole.status()).isEqualTo(400);
        assertThat(whole.error("code")).isEqualTo("context_length_exceeded");
        assertThat(whole.header("x-should-retry")).isEqualTo("false");
        assertThat(streamed.status()).isEqualTo(200);
        assertThat(streamed.data().getLast().at("/error/message").asString())
                .isEqualTo(whole.error("message"))
                .startsWith("Node 'model' failed: ")
                .contains("reads at most 512");
        assertThat(streamed.body()).doesNotContain("[DONE]");
    }

    @Test
    void hangingUpCancelsTheRun() throws IOException {
        byte[] body = chat("kvasir/waits", "x").put("stream", true).toString().getBytes(StandardCharsets.UTF_8);
        URI server = URI.create(kvasir.address());
        String run;
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write(("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + kvasir.key()
                                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            run = answer.lines()
                    .filter(line -> line.startsWith("Kvasir-Run: "))
                    .findFirst()
                    .orElseThrow()
                    .substring("Kvasir-Run: ".length());
        }

        await().atMost(PATIENCE)
                .until(() -> kvasir.client()
                        .get("/api/v1/runs/" + run)
                        .path("state")
                        .asString()
                        .equals("CANCELLED"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"n\":2} | n | unsupported_parameter | 'n' must be 1: Kvasir gives one answer.",
                "{\"tools\":[]} | tools | unsupported_parameter | 'tools' is not supported by Kvasir.",
                "{\"logit_bias\":{}} | logit_bias | unsupported_parameter | 'logit_bias' is not supported by Kvasir.",
                "{\"speed\":1} | speed | unknown_parameter | 'speed' is unknown. Leave it out.",
                "{\"temperature\":3} | temperature | invalid_value | temperature of 'agent' must be between 0 and 2, not 3.",
                "{\"max_tokens\":1,\"max_completion_tokens\":2} | max_completion_tokens | invalid_value | 'max_tokens' and 'max_completion_tokens' differ. Send one of them.",
                "{\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]} | stop | invalid_value | 'stop' must be a text, or a list of up to 4 texts.",
                "{\"presence_penalty\":1} | presence_penalty | unsupported_parameter | 'presence_penalty' must be 0: Kvasir has no such penalty.",
                "{\"logprobs\":true} | logprobs | unsupported_parameter | 'logprobs' must be left out: Kvasir's answers carry no log-probabilities yet.",
                "{\"messages\":[]} | messages | invalid_value | 'messages' is empty. Send at least one message.",
                "{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]} | messages[0].role | unsupported_parameter | 'messages.0.role' is 'tool'. Kvasir takes system, developer, user and assistant.",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]} | messages[0].content[0].type | unsupported_parameter | 'messages.0.content.0.type' is 'image_url'. Kvasir takes text only.",
                "{\"messages\":[{\"role\":\"user\"}]} | messages[0].content | missing_required_parameter | 'messages.0.content' is missing.",
                "{\"stream_options\":{}} | stream_options | invalid_value | 'stream_options' is for streams: send 'stream' too.",
                "{\"kvasir\":{\"more\":1}} | kvasir.more | unknown_parameter | 'kvasir.more' is unknown. Leave it out."
            })
    void whatIsNotAcceptedIsRefusedByName(String fields, String parameter, String code, String sentence) {
        ObjectNode request = chat("kvasir/says", "x");
        request.setAll(object(fields));

        Answer answer = kvasir.post(CHAT, request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).isEqualTo(sentence);
        assertThat(answer.error("param")).isEqualTo(parameter);
        assertThat(answer.error("code")).isEqualTo(code);
        assertThat(answer.error("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void everyRefusalHasTheShapeThatClientsKnow() {
        Answer nobody = kvasir.exchange(kvasir.posting(CHAT, "", "{}"));
        Answer wrongKey = kvasir.exchange(kvasir.request("/v1/models", "kv_00000000_x"));

        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.error("code")).isEqualTo("invalid_api_key");
        assertThat(wrongKey.status()).isEqualTo(401);
        assertThat(wrongKey.error("message"))
                .isEqualTo("The API key is not known, has expired or was revoked. Make one with 'kvasir keys create'.");
        assertThat(kvasir.post(CHAT, "{").error("code")).isEqualTo("malformed_json");
        assertThat(kvasir.post(CHAT, "").error("code")).isEqualTo("malformed_request");
        assertThat(kvasir.post(CHAT, "\"" + "x".repeat(1_000_001) + "\"").status())
                .isEqualTo(413);
        assertThat(kvasir.post(CHAT, "{}", "Content-Type", "text/plain").error("code"))
                .isEqualTo("unsupported_media_type");
        assertThat(kvasir.get("/v1/nothing").error("code")).isEqualTo("not_found");
        assertThat(kvasir.get(CHAT).error("code")).isEqualTo("method_not_allowed");
        assertThat(kvasir.get("/v1/models?x=1").error("code")).isEqualTo("invalid_parameter");
        assertThat(kvasir.post(CHAT, chat("gpt-4o", "x")).error("code")).isEqualTo("model_not_found");
        assertThat(kvasir.post(CHAT, chat("kvasir/free", "x")).error("param")).isEqualTo("messages");
    }

    @Test
    void aKeyNeedsTheScopeOfRuns() {
        String reader = kvasir.keyOfStranger(Scope.GRAPHS_READ);

        Answer answer = kvasir.exchange(kvasir.posting(CHAT, reader, chat("echo", "x")));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.error("type")).isEqualTo("permission_error");
        assertThat(kvasir.exchange(kvasir.request("/v1/models", reader)).status())
                .isEqualTo(200);
    }

    @Test
    void aResponseIsGivenWholeAndAsTypedEvents() {
        ObjectNode request = object("""
                {"model":"echo","instructions":"Be brief.","max_output_tokens":2,"metadata":{"case":"7"},
                 "input":[{"role":"user","content":[{"type":"input_text","text":"one two three"}]}]}""");

        JsonNode whole = kvasir.post(RESPONSES, request).json();
        Answer answer = kvasir.post(RESPONSES, request.put("stream", true));
        List<JsonNode> events = answer.data();

        assertThat(whole.path("status").asString()).isEqualTo("incomplete");
        assertThat(whole.at("/incomplete_details/reason").asString()).isEqualTo("max_output_tokens");
        assertThat(whole.at("/output/0/content/0/text").asString()).isEqualTo("one two");
        assertThat(whole.path("usage").toString())
                .isEqualTo(
                        "{\"input_tokens\":5,\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0},\"output_tokens\":2,"
                                + "\"output_tokens_details\":{\"reasoning_tokens\":0,\"intermediate_tokens\":0},\"total_tokens\":7}");
        assertThat(whole.at("/metadata/case").asString()).isEqualTo("7");
        assertThat(strings(JSON.valueToTree(events), "type"))
                .containsSubsequence(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.incomplete");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        assertThat(events.getLast().at("/response/output/0/content/0/text").asString())
                .isEqualTo("one two");
        assertThat(answer.body()).startsWith("event: response.created\ndata: {");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"previous_response_id\":\"r\"} | previous_response_id | unsupported_parameter | 'previous_response_id' is not supported by Kvasir.",
                "{\"tools\":[]} | tools | unsupported_parameter | 'tools' is not supported by Kvasir.",
                "{\"stop\":\"x\"} | stop | unknown_parameter | 'stop' is unknown. Leave it out.",
                "{\"input\":null} | input | missing_required_parameter | 'input' is missing.",
                "{\"text\":{\"format\":{\"type\":\"x\"}}} | text.format.type | unsupported_parameter | 'text.format.type' is 'x'. Kvasir knows text, json_object and json_schema.",
                "{\"input\":[{\"type\":\"function_call\"}]} | input[0].type | unsupported_parameter | 'input.0.type' is 'function_call'. Kvasir takes messages only."
            })
    void whatAResponseCannotBeIsRefusedByName(String fields, String parameter, String code, String sentence) {
        ObjectNode request = object("{\"model\":\"echo\",\"input\":\"x\"}");
        request.setAll(object(fields));

        Answer answer = kvasir.post(RESPONSES, request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error("message")).isEqualTo(sentence);
        assertThat(answer.error("param")).isEqualTo(parameter);
        assertThat(answer.error("code")).isEqualTo(code);
    }

    @Test
    void anotherOwnersGraphIsNoModel() {
        String stranger = kvasir.keyOfStranger(Scope.RUNS_WRITE, Scope.GRAPHS_READ);

        Answer refused = kvasir.exchange(kvasir.posting(CHAT, stranger, chat("kvasir/says", "x")));
        Answer served = kvasir.exchange(kvasir.posting(CHAT, stranger, chat("echo", "mine")));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.error("code")).isEqualTo("model_not_found");
        assertThat(kvasir.exchange(kvasir.request("/v1/models/kvasir/says", stranger))
                        .status())
                .isEqualTo(404);
        assertThat(served.json().at("/choices/0/message/content").asString()).isEqualTo("mine");
    }

    private static ObjectNode chat(String model, String text) {
        ObjectNode request = JSON.createObjectNode().put("model", model);
        request.putArray("messages").addObject().put("role", "user").put("content", text);
        return request;
    }

    private static String deltas(List<JsonNode> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asString("")));
        return text.toString();
    }
}
