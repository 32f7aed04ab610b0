package dev.kvasir.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.KvasirApplication;
import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.access.Users;
import dev.kvasir.pocket.PocketPair;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who may forbid cache edges, what is refused then, and whom it concerns: over REST, on a real database. */
class PolicyIT {

    private static final String SENTENCE =
            "Edge 'coder_writer' is C2C, but opaque edges are forbidden here: only text may cross between agents. Make it TEXT,"
                    + " or let its fallback to TEXT cover FORBIDDEN.";
    private static final String DOCUMENT = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"%s",
             "nodes":[{"id":"input","kind":"input","schema":{"type":"object"}},
                      {"id":"coder","kind":"agent","model":"pocket-sharer","prompt":{"user":"{{ input.question }}"}},
                      {"id":"writer","kind":"agent","model":"pocket-receiver","prompt":{"user":"{{ input.question }}"}},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ writer.text }}"}}],
             "edges":[{"id":"input_coder","from":"input","to":"coder"},
                      {"id":"coder_writer","from":"coder","to":"writer","link":%s},
                      {"id":"writer_output","from":"writer","to":"output"}]}""";
    private static final String ASKED = """
            {"kind":"kvasir/graph","schemaVersion":1,"name":"asked",
             "nodes":[{"id":"input","kind":"input"},
                      {"id":"person","kind":"human","prompt":"May it?"},
                      {"id":"output","kind":"output","outputs":{"answer":"{{ person.text }}"}}],
             "edges":[{"id":"input_person","from":"input","to":"person"},
                      {"id":"person_output","from":"person","to":"output","fromPort":"approve"}]}""";
    private static final String C2C = "{\"mode\":\"C2C\"}";
    private static final String COVERED = "{\"mode\":\"C2C\",\"fallback\":{\"on\":[\"FORBIDDEN\"],\"to\":\"TEXT\"}}";

    private static EmbeddedPostgres postgres;
    private static ConfigurableApplicationContext server;
    private static String address;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String anna = key(caller("anna"), Scope.values());
    private final String ben = key(caller("ben"), Scope.values());

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        PocketPair.install(home);
        postgres = EmbeddedPostgres.start();
        server = new SpringApplicationBuilder(KvasirApplication.class)
                .profiles("serve")
                .run(
                        "--server.port=0",
                        "--spring.session.jdbc.initialize-schema=never",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--kvasir.pool.home=" + home);
        address = "http://127.0.0.1:" + server.getEnvironment().getProperty("local.server.port");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        postgres.close();
    }

    @Test
    void cacheEdgesAreAllowedUntilTheirOwnerForbidsThemAndOthersGoOn() {
        awaitModels();
        assertThat(send("GET", "/api/v1/policy", anna, null).json().toString())
                .isEqualTo("{\"opaqueEdges\":\"ALLOWED\"}");
        publish("fused", C2C, anna);

        Answer changed = send("PUT", "/api/v1/policy", anna, "{\"opaqueEdges\":\"FORBIDDEN\"}");

        assertThat(changed.json().toString()).isEqualTo("{\"opaqueEdges\":\"FORBIDDEN\"}");
        assertThat(send("GET", "/api/v1/audit", anna, null)
                        .json()
                        .at("/items/0/action")
                        .asString())
                .isEqualTo("policy.change");
        assertThat(send("GET", "/api/v1/audit", anna, null)
                        .json()
                        .at("/items/0/subject")
                        .asString())
                .isEqualTo("opaqueEdges=FORBIDDEN");
        validateRefuses();
        publishRefuses();
        runRefuses();
        whatFallsBackRunsAsText();
        othersGoOn();
        send("PUT", "/api/v1/policy", anna, "{\"opaqueEdges\":\"ALLOWED\"}");
        assertThat(run("fused", anna).status()).isEqualTo(202);
    }

    @Test
    void runsAreAnsweredRetriedAndReplayedByTheirOwnerAlone() {
        put("asked", ASKED, anna);
        assertThat(send("POST", "/api/v1/graphs/asked/versions", anna, "{}").status())
                .isEqualTo(201);
        String run = run("asked", anna).json().path("id").asString();
        String path = "/api/v1/runs/" + run;
        JsonNode wait = send("GET", path + "/waits", anna, null).json().at("/items/0");
        String answers = path + "/waits/" + wait.path("id").asString();

        assertThat(wait.path("prompt").asString()).isEqualTo("May it?");
        assertThat(wait.path("state").asString()).isEqualTo("OPEN");
        assertThat(send("GET", path + "/waits", ben, null).status()).isEqualTo(404);
        assertThat(send("POST", answers, ben, "{\"action\":\"approve\"}").status())
                .isEqualTo(404);
        assertThat(send("POST", path + "/replay", ben, "{\"fromNode\":\"person\"}")
                        .status())
                .isEqualTo(404);
        assertThat(send("POST", path + "/replay", anna, "{\"fromNode\":\"person\"}")
                        .problem())
                .isEqualTo("409 RUN_NOT_FINISHED");
        assertThat(send("POST", answers, anna, "{\"action\":\"maybe\"}").problem())
                .isEqualTo("422 INPUT_INVALID");
        assertThat(send("POST", answers, anna, "{}").problem()).isEqualTo("400 INVALID_PARAMETER");
        assertThat(send("POST", answers, anna, "{\"action\":\"approve\"}")
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("ANSWERED");
        assertThat(send("POST", answers, anna, "{\"action\":\"reject\"}").problem())
                .isEqualTo("409 WAIT_CLOSED");
        assertThat(send("GET", path, anna, null).json().at("/output/answer").asString())
                .isEqualTo("approve");
        assertThat(send("POST", path + "/retry", anna, null).problem()).isEqualTo("409 RUN_FINISHED");
        assertThat(send("POST", path + "/replay", anna, "{\"fromNode\":\"person\",\"reuse\":\"CACHES\"}")
                        .problem())
                .isEqualTo("410 CACHE_EXPIRED");
        assertThat(send("POST", path + "/replay", anna, "{\"fromNode\":\"nobody\"}")
                        .problem())
                .isEqualTo("422 GRAPH_INVALID");

        Answer again = send("POST", path + "/replay", anna, "{\"fromNode\":\"person\"}");

        assertThat(again.status()).isEqualTo(202);
        JsonNode replayed = send(
                        "GET", "/api/v1/runs/" + again.json().path("id").asString(), anna, null)
                .json();
        assertThat(replayed.path("state").asString()).isEqualTo("WAITING");
        assertThat(replayed.path("replayedFrom").asString()).isEqualTo(run);
    }

    private void validateRefuses() {
        JsonNode verdict = send("POST", "/api/v1/graphs/validate", anna, DOCUMENT.formatted("other", C2C))
                .json();
        assertThat(verdict.at("/problems/0/rule").asString()).isEqualTo("G42");
        assertThat(verdict.at("/problems/0/pointer").asString()).isEqualTo("/edges/1/link/mode");
        assertThat(verdict.at("/problems/0/detail").asString()).isEqualTo(SENTENCE);
    }

    private void publishRefuses() {
        draft("refused", C2C, anna);
        Answer refused = send("POST", "/api/v1/graphs/refused/versions", anna, "{}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/detail").asString()).isEqualTo(SENTENCE);
    }

    private void runRefuses() {
        Answer refused = run("fused", anna);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/rule").asString()).isEqualTo("G42");
        assertThat(refused.json().at("/errors/0/detail").asString()).isEqualTo(SENTENCE);
        Answer asText = send(
                "POST",
                "/api/v1/graphs/fused/runs",
                anna,
                "{\"input\":{\"question\":\"?\"},\"edgeOverrides\":{\"coder_writer\":{\"mode\":\"TEXT\"}}}");
        assertThat(asText.status()).isEqualTo(202);
    }

    private void whatFallsBackRunsAsText() {
        publish("covered", COVERED, anna);
        publish("auto", "{\"mode\":\"AUTO\"}", anna);
        for (String graph : Set.of("covered", "auto")) {
            JsonNode edge = edge(run(graph, anna), anna);
            assertThat(edge.path("effectiveMode").asString()).isEqualTo("TEXT");
            assertThat(edge.path("reason").asString()).isEqualTo("FORBIDDEN");
            assertThat(edge.path("reasonText").asString())
                    .isEqualTo("Opaque edges are forbidden here: only text may cross between agents.");
        }
    }

    private void othersGoOn() {
        assertThat(send("GET", "/api/v1/policy", ben, null).json().toString())
                .isEqualTo("{\"opaqueEdges\":\"ALLOWED\"}");
        publish("fused", C2C, ben);
        assertThat(edge(run("fused", ben), ben).path("effectiveMode").asString())
                .isEqualTo("C2C");
    }

    @Test
    void aTemplateBecomesADraftThatObeysEveryRule() {
        awaitModels();
        JsonNode templates = send("GET", "/api/v1/templates", ben, null).json().path("items");
        assertThat(templates)
                .extracting(template -> template.path("id").asString())
                .containsExactly("coder_writer", "cloud_edge", "draft_and_judge", "approved_reply");
        assertThat(templates.get(1).path("agents").toString()).isEqualTo("[\"edge\",\"cloud\"]");
        for (String template : List.of("coder_writer", "cloud_edge", "draft_and_judge", "approved_reply")) {
            Answer made = send(
                    "POST", "/api/v1/templates/" + template + "/graphs", ben, "{\"name\":\"my_" + template + "\"}");

            assertThat(made.status()).isEqualTo(201);
            JsonNode draft = send("GET", "/api/v1/graphs/my_" + template + "/draft", ben, null)
                    .json();
            assertThat(draft.at("/document/name").asString()).isEqualTo("my_" + template);
            assertThat(draft.path("problems").toString()).doesNotContain("ERROR");
            assertThat(send("POST", "/api/v1/graphs/my_" + template + "/versions", ben, "{}")
                            .status())
                    .isEqualTo(201);
        }
        JsonNode link = send("GET", "/api/v1/graphs/my_cloud_edge/draft", ben, null)
                .json()
                .at("/document/edges/2/link");
        assertThat(link.path("mode").asString()).isEqualTo("CACHE_PREFIX");
        assertThat(link.path("layers").toString()).isEqualTo("[2,3]"); // of four
    }

    @Test
    void aTemplatesModelsMayBeOthersAndWhatItDoesNotHaveIsRefused() {
        awaitModels();
        Answer made = send(
                "POST",
                "/api/v1/templates/cloud_edge/graphs",
                ben,
                "{\"name\":\"others\",\"models\":{\"edge\":\"pocket-sharer\",\"cloud\":\"pocket-sharer\"}}");
        Answer agent = send("POST", "/api/v1/templates/cloud_edge/graphs", ben, "{\"models\":{\"egde\":\"echo\"}}");
        Answer template = send("POST", "/api/v1/templates/edge_cloud/graphs", ben, "{}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(send("GET", "/api/v1/graphs/others/draft", ben, null)
                        .json()
                        .at("/document/nodes/1/model")
                        .asString())
                .isEqualTo("pocket-sharer");
        assertThat(agent.status()).isEqualTo(422);
        assertThat(agent.json().path("detail").asString())
                .isEqualTo("Template 'cloud_edge' has no agent 'egde'. It has: edge, cloud.");
        assertThat(template.status()).isEqualTo(404);
    }

    @Test
    void aPolicyThatIsNoneIsRefusedWithItsPlace() {
        Answer wrong = send("PUT", "/api/v1/policy", ben, "{\"opaqueEdges\":\"SOMETIMES\"}");
        Answer empty = send("PUT", "/api/v1/policy", ben, "{}");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.json().at("/errors/0/pointer").asString()).isEqualTo("/opaqueEdges");
        assertThat(wrong.json().path("detail").asString())
                .isEqualTo("opaqueEdges is ALLOWED or FORBIDDEN, not 'SOMETIMES'.");
        assertThat(empty.json().path("detail").asString())
                .isEqualTo("opaqueEdges is ALLOWED or FORBIDDEN, not absent.");
    }

    @Test
    void whoMayOnlyEditGraphsReadsThePolicyButDoesNotChangeIt() {
        String editor = key(caller("ben"), Scope.GRAPHS_READ, Scope.GRAPHS_WRITE, Scope.RUNS_WRITE);

        assertThat(send("GET", "/api/v1/policy", editor, null).status()).isEqualTo(200);
        assertThat(send("PUT", "/api/v1/policy", editor, "{\"opaqueEdges\":\"ALLOWED\"}")
                        .status())
                .isEqualTo(403);
        assertThat(send("GET", "/api/v1/policy", "", null).status()).isEqualTo(401);
    }

    /** The server looks at its folders in the background. */
    private void awaitModels() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> send("GET", "/api/v1/fusers", anna, null).body().contains(PocketPair.FUSER));
    }

    private void publish(String name, String link, String key) {
        draft(name, link, key);
        assertThat(send("POST", "/api/v1/graphs/" + name + "/versions", key, "{}")
                        .status())
                .isEqualTo(201);
    }

    private void draft(String name, String link, String key) {
        put(name, DOCUMENT.formatted(name, link), key);
    }

    private void put(String name, String document, String key) {
        send("POST", "/api/v1/graphs", key, "{\"name\":\"" + name + "\"}");
        HttpRequest.Builder put = request("/api/v1/graphs/" + name + "/draft", key)
                .header("If-None-Match", "*")
                .PUT(BodyPublishers.ofString(document));
        assertThat(send(put).status()).isEqualTo(201);
    }

    private Answer run(String graph, String key) {
        return send("POST", "/api/v1/graphs/" + graph + "/runs", key, "{\"input\":{\"question\":\"?\"}}");
    }

    private JsonNode edge(Answer started, String key) {
        assertThat(started.status()).isEqualTo(202);
        String run = started.json().path("id").asString();
        for (JsonNode edge :
                send("GET", "/api/v1/runs/" + run + "/edges", key, null).json().path("items")) {
            if (edge.path("edge").asString().equals("coder_writer")) {
                return edge;
            }
        }
        throw new AssertionError("Run " + run + " has no edge 'coder_writer'");
    }

    private static Caller caller(String name) {
        JdbcClient jdbc = server.getBean(JdbcClient.class);
        if (name.equals("anna")) {
            return server.getBean(Users.class).owner();
        }
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        jdbc.sql("INSERT INTO app_user (id, name, role) VALUES (:id, :name, 'ADMIN') ON CONFLICT DO NOTHING")
                .param("id", id)
                .param("name", name)
                .update();
        return new Caller(id, name, Set.of(Scope.values()));
    }

    private static String key(Caller caller, Scope... scopes) {
        return server.getBean(ApiKeys.class)
                .issue(caller, "test", Set.of(scopes), Duration.ofHours(1))
                .key();
    }

    private HttpRequest.Builder request(String path, String key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path)).header("Content-Type", "application/json");
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    private Answer send(String method, String path, String key, @Nullable String body) {
        return send(request(path, key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Answer(int status, String body) {
        /** A problem's status and code. */
        String problem() {
            return status + " " + json().path("code").asString();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }
}
