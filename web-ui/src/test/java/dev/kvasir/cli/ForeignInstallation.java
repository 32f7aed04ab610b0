package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.cli.UpCommand.LocalInstallation;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A whole installation for the tests of APIs that others have defined, with graphs of echo agents: {@code says} says the question
 * back, {@code frames} says it in a sentence, {@code waits} waits for a worker that never comes, {@code free} takes any input,
 * {@code chain} has two agents, of whom the second replies.
 */
record ForeignInstallation(LocalInstallation installation, String key, HttpClient http) implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String QUESTION =
            "{\"type\":\"object\",\"required\":[\"question\"],\"properties\":{\"question\":{\"type\":\"string\"}}}";

    /** Starts it for the first class that asks, and stops it after the last test. */
    static final class Extension implements BeforeAllCallback, ParameterResolver {

        @Override
        public void beforeAll(ExtensionContext context) {
            shared(context);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ForeignInstallation.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return shared(context);
        }

        private static ForeignInstallation shared(ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(ForeignInstallation.class))
                    .computeIfAbsent("one", _ -> start(), ForeignInstallation.class);
        }
    }

    private static ForeignInstallation start() {
        try {
            Path folder = Files.createTempDirectory("kvasir-foreign");
            LocalInstallation installation = LocalInstallation.start(new KvasirHome(folder), 0);
            ForeignInstallation made = new ForeignInstallation(
                    installation, LocalKey.of(installation.home()).orElseThrow(), HttpClient.newHttpClient());
            await().atMost(PATIENCE)
                    .until(() -> made.client().get("/api/v1/models").toString().contains(PocketPair.RECEIVER));
            made.publish("says", "", "{{ agent.text }}", QUESTION);
            made.publish("frames", "", "He said: {{ agent.text | upper }}", QUESTION);
            made.publish("waits", ",\"pool\":\"nobody\"", "{{ agent.text }}", QUESTION);
            made.publish("free", "", "{{ agent.text }}", "{\"type\":\"object\"}");
            made.publish("chain", chain());
            return made;
        } catch (IOException noFolder) {
            throw new UncheckedIOException(noFolder);
        }
    }

    private static String chain() {
        return """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"chain",
             "nodes":[{"id":"input","kind":"input","schema":%s},
                      {"id":"a","kind":"agent","model":"echo","prompt":{"user":"{{ input.question }}"}},
                      {"id":"b","kind":"agent","model":"echo","prompt":{"user":"so {{ a.text }}"}},
                      {"id":"output","kind":"output","outputs":{"text":"{{ b.text }}!"}}],
             "edges":[{"id":"input_a","from":"input","to":"a"},{"id":"a_b","from":"a","to":"b"},
                      {"id":"b_output","from":"b","to":"output"}]}""".formatted(QUESTION);
    }

    private void publish(String name, String agent, String output, String schema) {
        String document = """
                {"kind":"kvasir/graph","schemaVersion":1,"name":"%s","settings":{"exposeAsTool":true},
                 "nodes":[{"id":"input","kind":"input","schema":%s},
                          {"id":"agent","kind":"agent","model":"echo","prompt":{"user":"{{ input.question }}"}%s},
                          {"id":"output","kind":"output","outputs":{"answer":"%s"}}],
                 "edges":[{"id":"input_agent","from":"input","to":"agent"},
                          {"id":"agent_output","from":"agent","to":"output"}]}""".formatted(name, schema, agent, output);
        publish(name, document);
    }

    private void publish(String name, String document) {
        ObjectNode graph = JSON.createObjectNode().put("name", name).put("title", "Graph " + name);
        client().post("/api/v1/graphs", graph, Map.of());
        client().put("/api/v1/graphs/" + name + "/draft", document, Map.of("If-None-Match", "*"));
        client().post("/api/v1/graphs/" + name + "/versions", JSON.createObjectNode(), Map.of());
    }

    String address() {
        return installation.server().address();
    }

    /** Speaks the installation's own API. */
    ApiClient client() {
        return new ApiClient(address(), key);
    }

    /** A key of somebody else. */
    String keyOfStranger(Scope... scopes) {
        UUID stranger = UUID.randomUUID();
        installation
                .server()
                .context()
                .getBean(JdbcClient.class)
                .sql("INSERT INTO app_user (id, name, role) VALUES (:id, :name, 'ADMIN')")
                .param("id", stranger)
                .param("name", stranger.toString())
                .update();
        Caller caller = new Caller(stranger, stranger.toString(), Set.of(scopes));
        return installation
                .server()
                .context()
                .getBean(ApiKeys.class)
                .issue(caller, "test", Set.of(scopes), Duration.ofHours(1))
                .key();
    }

    /** An answer, its body read as text. */
    record Answer(int status, HttpResponse<String> response, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        /** A field of the error, which is never a problem document. */
        String error(String field) {
            assertThat(header("Content-Type")).startsWith("application/json");
            return json().path("error").path(field).asString();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The events of a stream that hold objects. */
        List<JsonNode> data() {
            List<JsonNode> data = new ArrayList<>();
            body.lines()
                    .filter(line -> line.startsWith("data: {"))
                    .forEach(line -> data.add(JSON.readTree(line.substring("data: ".length()))));
            return data;
        }
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static List<String> strings(JsonNode list, String field) {
        return list.valueStream().map(element -> element.path(field).asString()).toList();
    }

    Answer get(String path) {
        return exchange(request(path, key));
    }

    /** Posts JSON with the owner's key. */
    Answer post(String path, Object body, String... headers) {
        return exchange(posting(path, key, body, headers));
    }

    HttpRequest.Builder posting(String path, String someKey, Object body, String... headers) {
        HttpRequest.Builder request = request(path, someKey).POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (!Arrays.asList(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** @param someKey empty for none */
    HttpRequest.Builder request(String path, String someKey) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address() + path)).timeout(PATIENCE);
        return someKey.isEmpty() ? request : request.header("Authorization", "Bearer " + someKey);
    }

    Answer exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response, response.body());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        http.close();
        installation.close();
        try {
            FileSystemUtils.deleteRecursively(installation.home().folder());
        } catch (IOException kept) {
            throw new UncheckedIOException(kept);
        }
    }
}
