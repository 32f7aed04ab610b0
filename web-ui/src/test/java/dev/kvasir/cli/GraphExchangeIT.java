package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.KvasirApplication;
import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.access.Users;
import dev.kvasir.exchange.GraphSchema;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.pocket.PocketPair;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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

/** Graphs that go in and out, over REST and by command: on a real server and database. */
class GraphExchangeIT {

    private static final String GRAPH = """
            kind: kvasir/graph
            schemaVersion: 1
            name: %s
            nodes:
              - id: input
                kind: input
              - id: coder
                kind: agent
                model: pocket-sharer
                prompt:
                  user: |-
                    Notes on:
                    {{ input.question }}
              - id: writer
                kind: agent
                model: pocket-receiver
                prompt:
                  user: '{{ input.question }}'
              - id: output
                kind: output
                outputs:
                  answer: '{{ writer.text }}'
            edges:
              - id: input_coder
                from: input
                to: coder
              - id: coder_writer
                from: coder
                to: writer
                link:
                  mode: C2C
              - id: writer_output
                from: writer
                to: output
            """;
    private static final String LAYOUT = """
            ---
            nodes:
              coder:
                x: 12.5
                y: -3
            """;

    private static EmbeddedPostgres postgres;
    private static ConfigurableApplicationContext server;
    private static String address;
    private static String anna;
    private static String ben;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
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
        UUID id = UUID.nameUUIDFromBytes(new byte[] {1});
        server.getBean(JdbcClient.class)
                .sql("INSERT INTO app_user (id, name, role) VALUES (:id, 'ben', 'ADMIN')")
                .param("id", id)
                .update();
        anna = key(server.getBean(Users.class).owner(), Scope.values());
        ben = key(new Caller(id, "ben", Set.of(Scope.values())), Scope.GRAPHS_READ);
        ApiClient client = new ApiClient(address, anna);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.get("/api/v1/fusers").toString().contains(PocketPair.FUSER));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        postgres.close();
    }

    private static String key(Caller caller, Scope... scopes) {
        return server.getBean(ApiKeys.class)
                .issue(caller, "test", Set.of(scopes), Duration.ofHours(1))
                .key();
    }

    @Test
    void theSchemaIsOpenToEverybody() throws Exception {
        HttpResponse<String> schema = send("GET", "/api/v1/schemas/graph", null, null, null);

        assertThat(schema.statusCode()).isEqualTo(200);
        assertThat(schema.headers().firstValue("Content-Type")).hasValue("application/schema+json");
        assertThat(schema.body()).isEqualTo(GraphSchema.text());
    }

    @Test
    void aDryRunTellsWhatAnImportWouldMakeAndWritesNothing() throws Exception {
        HttpResponse<String> dry = bring("tried", "?dryRun=true");

        assertThat(dry.statusCode()).isEqualTo(200);
        JsonNode told = json(dry);
        assertThat(told.path("accepted").asBoolean()).isTrue();
        assertThat(told.path("problems")).isEmpty();
        assertThat(told.path("versionId").asString()).startsWith("sha256:");
        assertThat(told.at("/plan/islands").toString()).isEqualTo("[[\"input\"],[\"coder\",\"writer\"],[\"output\"]]");
        assertThat(told.has("graph")).isFalse();
        assertThat(send("GET", "/api/v1/graphs/tried", anna, null, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatGoesInComesOutTheSameInEveryFormat() throws Exception {
        HttpResponse<String> made = bring("round", "");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Location"))
                .hasValue("/api/v1/graphs/" + json(made).at("/graph/id").asString());
        assertThat(json(made).at("/graph/hasDraft").asBoolean()).isTrue();
        assertThat(json(made).at("/graph").has("newestVersion")).isFalse();

        HttpResponse<String> yaml = get("/api/v1/graphs/round/export?format=yaml");
        assertThat(yaml.body()).isEqualTo(GRAPH.formatted("round") + LAYOUT);
        assertThat(yaml.headers().firstValue("Content-Type")).hasValue("application/yaml");
        assertThat(yaml.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"round.yaml\"");
        HttpResponse<String> alone = get("/api/v1/graphs/round/export");
        assertThat(GraphDocument.parse(alone.body()).versionId().value())
                .isEqualTo(json(made).path("versionId").asString());
        HttpResponse<String> both = get("/api/v1/graphs/round/export?format=json&layout=true&version=draft");
        assertThat(json(both).at("/1/nodes/coder/x").decimalValue()).isEqualByComparingTo("12.5");
        assertThat(get("/api/v1/graphs/round/export?format=yaml&layout=false").body())
                .isEqualTo(GRAPH.formatted("round"));
        assertThat(get("/api/v1/graphs/round/export?format=mermaid").body())
                .startsWith("flowchart LR\n")
                .contains("n_coder ==>|\"C2C\"| n_writer");

        HttpResponse<String> again = send(
                "POST",
                "/api/v1/graphs/import",
                anna,
                "application/json",
                both.body().replace("\"round\"", "\"round_two\""));
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(get("/api/v1/graphs/round_two/export?format=yaml").body())
                .isEqualTo(GRAPH.formatted("round_two") + LAYOUT);
    }

    @Test
    void aNameThatIsTakenIsRefusedWhetherDryOrNot() throws Exception {
        assertThat(bring("taken", "").statusCode()).isEqualTo(201);
        for (String query : List.of("", "?dryRun=true")) {
            HttpResponse<String> refused = bring("taken", query);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(json(refused).path("detail").asString())
                    .isEqualTo("You have a graph called 'taken' already. Choose another name, or change that graph.");
        }
    }

    @Test
    void aDraftMayHaveFaultsButNotBeWithoutAName() throws Exception {
        HttpResponse<String> faulty = send(
                "POST",
                "/api/v1/graphs/import",
                anna,
                "application/yaml",
                GRAPH.formatted("faulty").replace("pocket-sharer", "nobody"));
        assertThat(faulty.statusCode()).isEqualTo(201);
        assertThat(json(faulty).path("accepted").asBoolean()).isFalse();
        assertThat(json(faulty).has("versionId")).isFalse();
        assertThat(json(faulty).at("/problems/0/pointer").asString()).isEqualTo("/nodes/1/model");

        HttpResponse<String> nameless =
                send("POST", "/api/v1/graphs/import", anna, "application/yaml", GRAPH.formatted("A b"));
        assertThat(nameless.statusCode()).isEqualTo(422);
        assertThat(json(nameless).path("detail").asString())
                .isEqualTo("1 problem: Graph name 'A b' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.");
    }

    @Test
    void whatCannotBeReadIsRefusedWithItsPlace() throws Exception {
        HttpResponse<String> twice =
                send("POST", "/api/v1/graphs/import", anna, "application/yaml", "a:\n  b: 1\n  b: 2\n");
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(json(twice).path("code").asString()).isEqualTo("MALFORMED_REQUEST");
        assertThat(json(twice).path("detail").asString())
                .isEqualTo("Line 3, column 3: Field 'b' is given twice. Keep one.");
        assertThat(json(twice).at("/errors/0/pointer").asString()).isEqualTo("/a/b");

        HttpResponse<String> xml = send("POST", "/api/v1/graphs/import", anna, "application/xml", "<a/>");
        assertThat(xml.statusCode()).isEqualTo(415);
        assertThat(json(xml).path("detail").asString())
                .isEqualTo(
                        "The body is 'application/xml'. Send 'Content-Type: application/json' or 'application/yaml' in UTF-8.");
        assertThat(send("POST", "/api/v1/graphs", anna, "application/yaml", "name: x")
                        .statusCode())
                .isEqualTo(415);
        assertThat(send("POST", "/api/v1/graphs/import", anna, "application/yaml", "a".repeat(2_100_000))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send("POST", "/api/v1/graphs/import", ben, "application/yaml", GRAPH)
                        .statusCode())
                .isEqualTo(403);
        HttpRequest latin = request("/api/v1/graphs/import", anna, "application/yaml")
                .POST(BodyPublishers.ofByteArray("a: é".getBytes(StandardCharsets.ISO_8859_1)))
                .build();
        HttpResponse<String> notUtf8 = http.send(latin, BodyHandlers.ofString());
        assertThat(json(notUtf8).path("detail").asString()).isEqualTo("The body is not UTF-8.");
        assertThat(get("/api/v1/graphs/import/export").statusCode()).isEqualTo(404);
    }

    @Test
    void aVerdictOnYamlTellsThePlanAndItsBytes() throws Exception {
        JsonNode verdict =
                json(send("POST", "/api/v1/graphs/validate", ben, "application/x-yaml", GRAPH.formatted("judged")));

        assertThat(verdict.path("accepted").asBoolean()).isTrue();
        JsonNode link = verdict.at("/plan/links/1");
        assertThat(link.path("effectiveMode").asString()).isEqualTo("C2C");
        assertThat(link.path("reason").asString()).isEqualTo("AS_REQUESTED");
        assertThat(link.path("fuser").asString()).isEqualTo(PocketPair.FUSER);
        assertThat(link.path("cacheBytesPerToken").asLong()).isEqualTo(2L * 4 * 2 * 32 * Float.BYTES);
        assertThat(verdict.at("/plan/links/0").has("cacheBytesPerToken")).isFalse();
        List<Long> weights = verdict.at("/plan/weightBytes")
                .valueStream()
                .map(JsonNode::asLong)
                .toList();
        assertThat(weights).hasSize(3).startsWith(0L).endsWith(0L);
        assertThat(weights.get(1)).isPositive();
    }

    @Test
    void twoVersionsOrADraftAreCompared() throws Exception {
        bring("compared", "");
        publish("compared");
        String second = JsonMapper.shared().writeValueAsString(json(get("/api/v1/graphs/compared/export")));
        change("compared", second.replace("Notes on:", "Doubts about:"), "1");
        publish("compared");
        change("compared", second.replace("\"mode\":\"C2C\"", "\"mode\":\"TEXT\""), "2");

        assertThat(get("/api/v1/graphs/compared/versions/1/diff/2").body())
                .isEqualTo(
                        "[{\"op\":\"REPLACE\",\"pointer\":\"/nodes/1/prompt/user\",\"node\":\"coder\","
                                + "\"before\":\"Notes on:\\n{{ input.question }}\",\"after\":\"Doubts about:\\n{{ input.question }}\"}]");
        assertThat(get("/api/v1/graphs/compared/versions/2/diff/2").body()).isEqualTo("[]");
        JsonNode draft = json(get("/api/v1/graphs/compared/versions/1/diff/draft"));
        assertThat(draft.at("/0/edge").asString()).isEqualTo("coder_writer");
        assertThat(draft).hasSize(1);
        HttpResponse<String> missing = get("/api/v1/graphs/compared/versions/1/diff/9");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(json(missing).path("detail").asString())
                .isEqualTo("There is no published version of graph 'compared@9'.");
        assertThat(send("GET", "/api/v1/graphs/compared/versions/1/diff/2", ben, null, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/api/v1/graphs/compared/export?format=xml").statusCode())
                .isEqualTo(400);
        assertThat(get("/api/v1/graphs/compared/export?version=1").body()).contains("Notes on:");
    }

    @Test
    void theCommandsSayTheSameSentences() throws Exception {
        Path file = Files.writeString(folder.resolve("told.yaml"), GRAPH.formatted("told") + LAYOUT);
        Path faulty = Files.writeString(
                folder.resolve("faulty.yml"), GRAPH.formatted("faulty").replace("to: output", "to: b"));
        Path broken = Files.writeString(folder.resolve("broken.yaml"), "a: 1\na: 2\n");

        Ended dry = kvasir("graphs", "import", file.toString(), "--dry-run");
        assertThat(dry.out()).isEqualTo("No problems.\ntold would be made; nothing was written.\n");
        assertThat(kvasir("graphs", "import", file.toString()).out()).isEqualTo("No problems.\ntold@draft\n");
        Ended taken = kvasir("graphs", "import", file.toString());
        assertThat(taken.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(taken.err()).startsWith("kvasir: You have a graph called 'told' already.");
        Ended refused = kvasir("graphs", "validate", broken.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(refused.err()).contains("Line 2, column 1: Field 'a' is given twice. Keep one.");
        Ended invalid = kvasir("graphs", "validate", faulty.toString());
        assertThat(invalid.code()).isEqualTo(ExitCode.NO.number());
        assertThat(invalid.out()).contains("G04  /edges/2/to  Edge 'writer_output' goes to 'b', which does not exist.");

        assertThat(kvasir("graphs", "export", "told").code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(kvasir("graphs", "publish", file.toString()).out()).isEqualTo("told@1\n");
        assertThat(kvasir("graphs", "export", "told", "--format", "yaml").out())
                .isEqualTo(GRAPH.formatted("told") + LAYOUT);
        assertThat(kvasir("graphs", "export", broken.toString()).code()).isEqualTo(ExitCode.REFUSED.number());
        Files.writeString(
                file,
                GRAPH.formatted("told").replace("mode: C2C", "mode: TEXT_C2C").replace("Notes on:", "Doubts:"));
        assertThat(kvasir("graphs", "publish", file.toString()).out()).isEqualTo("told@2\n");
        assertThat(kvasir("graphs", "diff", "told", "1", "draft").out()).isEqualTo("""
                ~ node coder: prompt.user
                    - Notes on:
                    - {{ input.question }}
                    + Doubts:
                    + {{ input.question }}
                ~ edge coder_writer: link.mode: C2C -> TEXT_C2C
                """);
        assertThat(kvasir("graphs", "diff", "told", "2", "draft").out()).isEqualTo("No differences.\n");
    }

    private void publish(String name) throws Exception {
        assertThat(send("POST", "/api/v1/graphs/" + name + "/versions", anna, "application/json", "{}")
                        .statusCode())
                .isEqualTo(201);
    }

    private void change(String name, String document, String tag) throws Exception {
        HttpRequest put = request("/api/v1/graphs/" + name + "/draft", anna, "application/json")
                .header("If-Match", tag)
                .PUT(BodyPublishers.ofString(document))
                .build();
        assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> bring(String name, String query) throws Exception {
        return send("POST", "/api/v1/graphs/import" + query, anna, "application/yaml", GRAPH.formatted(name) + LAYOUT);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, anna, null, null);
    }

    private HttpResponse<String> send(
            String method, String path, @Nullable String key, @Nullable String type, @Nullable String body)
            throws Exception {
        HttpRequest.Builder request = request(path, key, type)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path, @Nullable String key, @Nullable String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return type == null ? request : request.header("Content-Type", type);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private record Ended(int code, String out, String err) {}

    private Ended kvasir(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KvasirCommand.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--server", address));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put(KvasirHome.VARIABLE, folder.toString());
        builder.environment().put("KVASIR_API_KEY", anna);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("%s ends", command)
                .isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
