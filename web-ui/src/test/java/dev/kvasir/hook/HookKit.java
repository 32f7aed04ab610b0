package dev.kvasir.hook;

import dev.kvasir.KvasirApplication;
import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.access.Users;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on a real database, and a receiver that it may reach; one for all tests, since no test minds the others. There is no worker. */
public final class HookKit {

    /** Ends as soon as it starts. */
    private static final String REPEAT = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"%s",
             "nodes":[{"id":"input","kind":"input","schema":{"type":"object","required":["question"],
                       "properties":{"question":{"type":"string"},"count":{"type":"integer"}}}},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ input.question }}"}}],
             "edges":[{"id":"input_output","from":"input","to":"output"}]}""";

    /** Waits for a worker. */
    private static final String OPEN = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"%s",
             "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                      {"id":"agent","kind":"agent","model":"echo","prompt":{"user":"hello"}},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ agent.text }}"}}],
             "edges":[{"id":"input_agent","from":"input","to":"agent"},{"id":"agent_output","from":"agent","to":"output"}]}""";

    private static @Nullable HookKit shared;

    final Receiver receiver;
    private final EmbeddedPostgres postgres;
    private final Path home;
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext server;
    private final String key;

    private HookKit() throws IOException {
        home = Files.createTempDirectory("kvasir-hooks");
        receiver = new Receiver();
        postgres = EmbeddedPostgres.start();
        server = server();
        key = key(server.getBean(Users.class).owner(), Scope.values());
        publish("repeat", REPEAT, key);
        publish("open", OPEN, key);
    }

    public static synchronized HookKit shared() {
        HookKit kit = shared;
        if (kit == null) {
            try {
                kit = new HookKit();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            shared = kit;
        }
        return kit;
    }

    /** One more server on the same database; for the caller to close. */
    public ConfigurableApplicationContext server() {
        String host = "127.0.0.1:" + receiver.port();
        return new SpringApplicationBuilder(KvasirApplication.class)
                .profiles("serve")
                .run(
                        "--server.port=0",
                        "--spring.session.jdbc.initialize-schema=never",
                        "--spring.threads.virtual.enabled=true",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--kvasir.pool.home=" + home,
                        "--kvasir.secrets.key-file=" + home.resolve("secrets.key"),
                        "--kvasir.outbound.hosts=" + host + ",hooks.example.org",
                        "--kvasir.outbound.plain-http-hosts=" + host,
                        "--kvasir.outbound.internal=127.0.0.1",
                        "--kvasir.hook.retries=100ms,200ms",
                        "--kvasir.hook.timeout=1s",
                        "--kvasir.hook.look=200ms",
                        "--kvasir.hook.calls=40",
                        "--kvasir.schedule.look=100ms");
    }

    /** Stops the server and starts it again. */
    public void restart() {
        server.close();
        server = server();
    }

    public JdbcClient jdbc() {
        return server.getBean(JdbcClient.class);
    }

    /** Of the owner, who may do everything. */
    public String key() {
        return key;
    }

    /** Of somebody else. */
    public String strangersKey() {
        UUID id = UUID.nameUUIDFromBytes("ben".getBytes(StandardCharsets.UTF_8));
        jdbc().sql("INSERT INTO app_user (id, name, role) VALUES (:id, 'ben', 'ADMIN') ON CONFLICT DO NOTHING")
                .param("id", id)
                .update();
        return key(new Caller(id, "ben", Set.of(Scope.values())), Scope.values());
    }

    public String readersKey() {
        return key(server.getBean(Users.class).owner(), Scope.RUNS_READ);
    }

    private String key(Caller caller, Scope... scopes) {
        return server.getBean(ApiKeys.class)
                .issue(caller, "test", Set.of(scopes), Duration.ofHours(1))
                .key();
    }

    /** An answer, its body read as text. */
    public record Answer(int status, HttpResponse<String> response) {
        public JsonNode json() {
            return JsonMapper.shared().readTree(response.body());
        }

        public String text(String field) {
            return json().path(field).asString("");
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    public Answer get(String path) {
        return send(request(path, key).GET());
    }

    public Answer post(String path, String body, String... headers) {
        return send("POST", path, key, body, headers);
    }

    public Answer send(String method, String path, String asking, String body, String... headers) {
        HttpRequest.Builder request = request(path, asking)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path, String asking) {
        String port = server.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json");
        return asking.isEmpty() ? request : request.header("Authorization", "Bearer " + asking);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private void publish(String name, String document, String asking) {
        send("POST", "/api/v1/graphs", asking, "{\"name\":\"" + name + "\"}");
        send("PUT", "/api/v1/graphs/" + name + "/draft", asking, document.formatted(name), "If-None-Match", "*");
        Answer published = send("POST", "/api/v1/graphs/" + name + "/versions", asking, "{}");
        if (published.status() != 201) {
            throw new IllegalStateException(published.response().body());
        }
    }

    /** Starts a run; its id. */
    public String run(String graph, String fields) {
        Answer started = post(
                "/api/v1/graphs/" + graph + "/runs", "{\"input\":{\"question\":\"What is a gate?\"}" + fields + "}");
        if (started.status() != 202) {
            throw new IllegalStateException(started.response().body());
        }
        return started.text("id");
    }
}
