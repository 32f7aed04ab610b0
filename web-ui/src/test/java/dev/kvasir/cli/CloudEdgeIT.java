package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The cloud-edge template on real processes: a server and two workers that share nothing but PostgreSQL, and a document that stays. */
class CloudEdgeIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CANARY = "the heron of Aldermoor wears seventeen bells";
    private static final String KNOWN = "how many zebras";

    @TempDir
    private static Path folder;

    private static final List<Process> STARTED = new ArrayList<>();
    private static final ListAppender<ILoggingEvent> LOGGED = new ListAppender<>();
    private static EmbeddedDatabase database;
    private static Server server;
    private static ApiClient client;
    private static RunFollower runs;

    @BeforeAll
    static void start() throws IOException {
        KvasirHome home = new KvasirHome(Files.createDirectories(folder.resolve("home")));
        PocketPair.install(home.folder());
        database = EmbeddedDatabase.start(home.folder().resolve("postgres"));
        server = Server.start(home, 0, database.url());
        listenToItsLog();
        LocalKey.keep(server, home);
        client = new ApiClient(server.address(), LocalKey.of(home).orElseThrow());
        runs = new RunFollower(client);
        await().atMost(PATIENCE)
                .until(() -> client.get("/api/v1/models").toString().contains(PocketPair.RECEIVER));
        Files.createDirectories(folder.resolve("documents"));
        Files.writeString(folder.resolve("documents/report.txt"), "It is known that " + CANARY + ".");
    }

    /** Only now: a server that starts sets up its log anew. */
    private static void listenToItsLog() {
        LOGGED.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOGGED);
        ((Logger) LoggerFactory.getLogger("dev.kvasir")).setLevel(Level.DEBUG);
        ((Logger) LoggerFactory.getLogger("org.springframework.web")).setLevel(Level.DEBUG);
    }

    @AfterAll
    static void stop() {
        STARTED.forEach(Process::destroyForcibly);
        server.close();
        database.close();
    }

    @Test
    void aDocumentIsAskedAboutFromAfarAndItsTextIsNowhereButWhereItLies() throws IOException, InterruptedException {
        publishTemplate();
        worker(
                "edge",
                "--pool",
                "edge",
                "--local-documents",
                folder.resolve("documents").toString());
        String run = begin();
        await().atMost(PATIENCE).until(() -> state(run, "edge").equals("SUCCEEDED"));
        assertThat(state(run, "cloud")).isEqualTo("READY");
        assertThat(rows("cache_chunk")).isPositive();
        assertNowhere();

        Process first = worker("cloud1");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> state(run, "cloud").equals("RUNNING"));
        first.destroyForcibly().waitFor(); // kill -9 while it loads its model
        assertThat(rows("cache_chunk")).isPositive();
        worker("cloud2");
        JsonNode ended = runs.await(run, event -> {});

        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("SUCCEEDED");
        assertThat(attempts(run, "edge")).containsExactly("SUCCEEDED");
        assertThat(attempts(run, "cloud")).containsExactly("LOST", "SUCCEEDED");
        assertThat(rows("cache_chunk")).isZero();
        JsonNode edge = edge(run);
        assertThat(edge.path("effectiveMode").asString()).isEqualTo("CACHE_PREFIX");
        assertThat(edge.at("/hop/fromPool").asString()).isEqualTo("edge");
        assertThat(edge.at("/hop/toPool").asString()).isEqualTo("default");
        assertThat(edge.at("/hop/sealedBytes").asLong())
                .isGreaterThan(edge.at("/wire/bytes").asLong());
        assertThat(edge.at("/wire/inversionRisk/tokens").asInt()).isGreaterThan(5);
        assertThat(client.get("/api/v1/workers").toString()).contains("\"pool\":\"edge\"", "\"pool\":\"default\"");
        noRunOpensTheEdge();
        assertNowhere();
    }

    private static void publishTemplate() {
        client.post("/api/v1/templates/cloud_edge/graphs", JSON.createObjectNode(), Map.of());
        client.post("/api/v1/graphs/cloud_edge/versions", JSON.createObjectNode(), Map.of());
    }

    private static void noRunOpensTheEdge() {
        for (String link : List.of("{\"mode\":\"TEXT\"}", "{\"wire\":{\"noise\":0}}", "{\"layers\":[0,1]}")) {
            ObjectNode request = request();
            request.putObject("edgeOverrides").set("edge_cloud", JSON.readTree(link));
            assertThatThrownBy(() -> runs.start(new GraphArgument("cloud_edge", null), request))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining(
                            "Edge 'edge_cloud' cannot be overridden: it leaves 'edge', which reads local documents.");
        }
    }

    /** Neither in a row, nor in a log, nor in any file of the installation, the database's own and its journal included. */
    private static void assertNowhere() throws IOException {
        JdbcClient jdbc = server.context().getBean(JdbcClient.class);
        jdbc.sql("CHECKPOINT").update();
        assertThat(tablesWith(jdbc, KNOWN)).contains("run", "result");
        assertThat(tablesWith(jdbc, CANARY)).isEmpty();
        assertThat(tablesWith(jdbc, "Aldermoor")).isEmpty();
        assertThat(LOGGED.list).isNotEmpty();
        assertThat(LOGGED.list)
                .noneMatch(event -> event.getFormattedMessage().contains("Aldermoor")
                        || String.valueOf(event.getThrowableProxy()).contains("Aldermoor"));
        assertThat(filesWith(KNOWN)).isNotEmpty();
        assertThat(filesWith("Aldermoor")).containsExactly(folder.resolve("documents/report.txt"));
    }

    private static List<String> tablesWith(JdbcClient jdbc, String words) {
        List<String> found = new ArrayList<>();
        List<String> tables = jdbc.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
                .query((row, number) -> row.getString(1))
                .list();
        for (String table : tables) {
            List<String> binary = jdbc.sql("""
                            SELECT column_name FROM information_schema.columns
                            WHERE table_schema = 'public' AND table_name = :table AND data_type = 'bytea'""")
                    .param("table", table)
                    .query((row, number) -> row.getString(1))
                    .list();
            StringBuilder where = new StringBuilder("t::text LIKE '%' || :words || '%'");
            binary.forEach(
                    column -> where.append(" OR position(convert_to(:words, 'UTF8') IN t.\"" + column + "\") > 0"));
            int rows = jdbc.sql("SELECT count(*) FROM \"" + table + "\" t WHERE " + where)
                    .param("words", words)
                    .query((row, number) -> row.getInt(1))
                    .single();
            if (rows > 0) {
                found.add(table);
            }
        }
        return found;
    }

    private static List<Path> filesWith(String words) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (bytes.contains(words)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static Process worker(String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(OwnProcess.command());
        command.add("worker");
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put(KvasirHome.VARIABLE, folder.resolve("home").toString());
        builder.environment().put(DatabaseAddress.VARIABLE, database.url());
        Process process = builder.start();
        STARTED.add(process);
        return process;
    }

    private static ObjectNode request() {
        ObjectNode request = JSON.createObjectNode();
        request.putObject("input").put("question", "Say " + KNOWN + " there are.");
        return request;
    }

    private static String begin() {
        return runs.start(new GraphArgument("cloud_edge", null), request())
                .path("id")
                .asString();
    }

    private static String state(String run, String node) {
        return step(run, node).path("state").asString();
    }

    private static JsonNode step(String run, String node) {
        for (JsonNode step : runs.steps(run)) {
            if (step.path("node").asString().equals(node)) {
                return step;
            }
        }
        throw new AssertionError("Run " + run + " has no step for '" + node + "'");
    }

    private static JsonNode edge(String run) {
        for (JsonNode edge : runs.edges(run)) {
            if (edge.path("edge").asString().equals("edge_cloud")) {
                return edge;
            }
        }
        throw new AssertionError("Run " + run + " has no edge 'edge_cloud'");
    }

    private static List<String> attempts(String run, String node) {
        String path =
                "/api/v1/runs/" + run + "/steps/" + step(run, node).path("id").asString() + "/attempts";
        List<String> states = new ArrayList<>();
        client.get(path)
                .path("items")
                .forEach(attempt -> states.add(attempt.path("state").asString()));
        return states;
    }

    private static int rows(String table) {
        return server.context()
                .getBean(JdbcClient.class)
                .sql("SELECT count(*) FROM " + table)
                .query((row, number) -> row.getInt(1))
                .single();
    }
}
