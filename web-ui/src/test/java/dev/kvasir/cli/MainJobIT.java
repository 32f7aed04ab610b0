package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.cli.UpCommand.LocalInstallation;
import dev.kvasir.library.GraphTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The whole of Kvasir on one machine: a real database, server and worker process, the pocket models, over HTTP. */
class MainJobIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String QUESTION = "What does a wexkus hold?";
    private static final String ANSWER = "pictures";
    private static final long ROUNDING = 3; // milliseconds: half of one for each of the five numbers compared
    private static final List<String> PARTS =
            List.of("queueMs", "loadMs", "prefillMs", "alignMs", "projectMs", "fuseMs", "copyMs", "decodeMs", "toolMs");

    @TempDir
    private static Path folder;

    private static LocalInstallation installation;
    private static ApiClient client;
    private static RunFollower runs;

    @BeforeAll
    static void start() {
        KvasirHome home = new KvasirHome(folder);
        installation = LocalInstallation.start(home, 0);
        FirstStart.on(installation.server());
        client =
                new ApiClient(installation.server().address(), LocalKey.of(home).orElseThrow());
        runs = new RunFollower(client);
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void theSampleAnswersOverTextAndOverTheCacheEdge() {
        JsonNode text = run("TEXT", null);
        JsonNode cache = run("C2C", text.path("id").asString());

        assertThat(text.at("/output/answer").asString()).isEqualTo(ANSWER);
        assertThat(cache.at("/output/answer").asString()).isEqualTo(ANSWER);
        JsonNode edge = edge(cache, "coder_writer");
        assertThat(edge.path("effectiveMode").asString()).isEqualTo("C2C");
        assertThat(edge.path("reason").asString()).isEqualTo("AS_REQUESTED");
        assertThat(edge.path("cacheBytes").asLong()).isPositive();
        assertThat(step(cache, "coder").path("generatedTokens").asLong()).isZero();
        assertThat(step(text, "coder").path("generatedTokens").asLong()).isPositive();
        assertThat(cache.path("avoidedTokens").asLong())
                .isEqualTo(step(text, "coder").path("generatedTokens").asLong());
    }

    @Test
    void aStepsPartsSumToItsTimeAndARunsCacheBytesAreItsEdges() {
        JsonNode run = run("C2C", null);

        for (JsonNode step : runs.steps(run.path("id").asString())) {
            long parts =
                    PARTS.stream().mapToLong(part -> step.path(part).asLong()).sum();
            assertThat(step.path("totalMs").asLong())
                    .as("%s of %s", PARTS, step)
                    .isCloseTo(parts, within(5L));
        }
        JsonNode coder = step(run, "coder");
        JsonNode writer = step(run, "writer");
        long work = coder.path("totalMs").asLong() - coder.path("queueMs").asLong();
        assertThat(writer.path("queueMs").asLong()).isGreaterThanOrEqualTo(work - ROUNDING); // one island: in turn
        assertThat(run.path("firstTokenMs").asLong())
                .isGreaterThanOrEqualTo(work + writer.path("firstTokenMs").asLong() - ROUNDING);
        assertThat(run.path("cacheBytes").asLong())
                .isEqualTo(coder.path("cacheBytes").asLong())
                .isEqualTo(edge(run, "coder_writer").path("cacheBytes").asLong())
                .isPositive();
    }

    @Test
    void theSharersCacheIsWhatAnswersAndNotTheReceiverAlone() {
        ObjectNode alone = link("C2C").put("share", 0.0);
        String question = "What does a kelgat hold?"; // the receiver's own guess is another
        JsonNode receiver = runs.await(start("coder_writer", question, "coder_writer", alone), event -> {});
        JsonNode fused = runs.await(start("coder_writer", question, "coder_writer", link("C2C")), event -> {});

        assertThat(receiver.at("/output/answer").asString()).isEqualTo("pictures");
        assertThat(fused.at("/output/answer").asString()).isEqualTo("links");
    }

    @Test
    void aHandedOverCacheIsContinuedAndNotReadAgain() throws IOException {
        publish("same_model", "pocket-receiver", "pocket-receiver", link("HANDOVER"));

        JsonNode run = runs.await(start("same_model", QUESTION, null, null), event -> {});

        assertThat(run.path("state").asString()).isEqualTo("SUCCEEDED");
        JsonNode edge = edge(run, "coder_writer");
        assertThat(edge.path("effectiveMode").asString()).isEqualTo("HANDOVER");
        assertThat(edge.path("cacheBytes").asLong())
                .isEqualTo(step(run, "coder").path("cacheBytes").asLong())
                .isPositive();
        assertThat(step(run, "writer").path("reusedTokens").asLong())
                .isGreaterThan(step(run, "coder").path("promptTokens").asLong() - 1);
    }

    @Test
    void theSecondOfTwoEqualRunsReadsOnlyWhatTheFirstDidNot() {
        for (String mode : List.of("TEXT", "C2C")) {
            String question = "Tell about a kelgat. ".repeat(20) + mode.toLowerCase(Locale.ROOT) + " " + QUESTION;
            JsonNode first = runs.await(start("coder_writer", question, "coder_writer", link(mode)), event -> {});
            JsonNode second = runs.await(start("coder_writer", question, "coder_writer", link(mode)), event -> {});

            JsonNode coder = step(second, "coder");
            assertThat(coder.path("reusedTokens").asLong())
                    .isGreaterThanOrEqualTo(128)
                    .isGreaterThan(step(first, "coder").path("reusedTokens").asLong())
                    .isLessThan(coder.path("promptTokens").asLong());
            assertThat(second.path("reusedTokens").asLong())
                    .isEqualTo(coder.path("reusedTokens").asLong()
                            + step(second, "writer").path("reusedTokens").asLong());
            assertThat(succeeded(second, "coder").path("reusedTokens")).isEqualTo(coder.path("reusedTokens"));
            assertThat(second.path("output")).isEqualTo(first.path("output"));
        }
    }

    @Test
    void eachOfSeveralSharersEdgesReportsItsOwnPart() throws IOException {
        ObjectNode graph = sample();
        graph.put("name", "two_coders");
        twin(graph.withArray("nodes"), "id", "coder").put("id", "second");
        twin(graph.withArray("edges"), "id", "input_coder")
                .put("id", "input_second")
                .put("to", "second");
        twin(graph.withArray("edges"), "id", "coder_writer")
                .put("id", "second_writer")
                .put("from", "second");
        publish(graph);

        String question = "Tell about a kelgat. ".repeat(20) + QUESTION;
        JsonNode run = runs.await(start("two_coders", question, null, null), event -> {});

        JsonNode writer = step(run, "writer");
        for (String part : List.of("projectMs", "fuseMs", "copyMs")) {
            long first = edge(run, "coder_writer").path(part).asLong();
            long second = edge(run, "second_writer").path(part).asLong();
            assertThat(first + second)
                    .as(part)
                    .isLessThanOrEqualTo(writer.path(part).asLong());
        }
        assertThat(edge(run, "coder_writer").path("projectMs").asLong()).isPositive();
        assertThat(edge(run, "second_writer").path("projectMs").asLong()).isPositive();
        assertThat(edge(run, "second_writer").path("gateOpenShare").asDouble()).isPositive();
    }

    @Test
    void anEdgeWithoutAFuserFallsBackWhereItSaysSoAndIsRefusedElsewhere() throws IOException {
        ObjectNode falling = link("C2C").put("fuser", "auto");
        falling.putObject("fallback").put("to", "TEXT").putArray("on").add("NO_FUSER");
        publish("falls_back", "pocket-receiver", "pocket-sharer", falling);
        JsonNode edge = edge(runs.await(start("falls_back", QUESTION, null, null), event -> {}), "coder_writer");
        assertThat(edge.path("effectiveMode").asString()).isEqualTo("TEXT");
        assertThat(edge.path("reason").asString()).isEqualTo("NO_FUSER");

        assertThatThrownBy(() -> publish(
                        "refused",
                        "pocket-receiver",
                        "pocket-sharer",
                        link("C2C").put("fuser", "auto")))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining(
                        "No fuser leads from pocket-receiver to pocket-sharer. Train one, use TEXT, or set a"
                                + " fallback.");
    }

    @Test
    void aPromptBeyondTheContextFailsTheRunWithBothNumbers() {
        JsonNode run =
                runs.await(start("coder_writer", "pictures ".repeat(3000), "coder_writer", link("TEXT")), e -> {});

        assertThat(run.path("state").asString()).isEqualTo("FAILED");
        assertThat(run.at("/error/code").asString()).isEqualTo("PROMPT_TOO_LONG");
        assertThat(run.at("/error/detail").asString()).contains("reads at most 512");
    }

    @Test
    void eventsAreNumberedWithoutHolesAndEndOnce() {
        String id = start("coder_writer", QUESTION, "coder_writer", link("C2C"));
        List<JsonNode> events = new ArrayList<>();
        runs.await(id, events::add);
        List<JsonNode> all = new ArrayList<>();
        client.get("/api/v1/runs/" + id + "/events?after=0").path("items").forEach(all::add);

        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).path("seq").asInt()).isEqualTo(i + 1);
        }
        assertThat(all.getLast().path("event").asString()).isEqualTo("run.succeeded");
        assertThat(events).isSubsetOf(all);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(client.find("/api/v1/runs/run_00000000000070008000000000000000"))
                .isEmpty();
        assertThat(client.find("/api/v1/graphs/nobody")).isEmpty();
        assertThatThrownBy(() -> new ApiClient(client.address(), "kv_nobody00_x").get("/api/v1/runs"))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("The API key is not known");
    }

    @Test
    void aSecondWorkerStartedByHandTakesWorkFromTheSameDatabase() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KvasirCommand.class.getName(),
                        "worker")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("second-worker.log").toFile());
        builder.environment().put(KvasirHome.VARIABLE, folder.toString());
        Process second = builder.start();
        try {
            Set<String> workers = new HashSet<>();
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    ids.add(start("coder_writer", QUESTION, "coder_writer", link("TEXT")));
                }
                for (String id : ids) {
                    JsonNode run = runs.await(id, event -> {});
                    assertThat(run.at("/output/answer").asString()).isEqualTo(ANSWER);
                    workers.add(step(run, "writer").path("worker").asString());
                }
                return workers.size() > 1;
            });
        } finally {
            second.destroy(); // drains
            assertThat(second.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue())
                    .isEqualTo(ExitCode.TERMINATED.number());
        }
    }

    @Test
    void aKilledWorkerIsReplacedAndTheRunEndsOnce() {
        ProcessHandle worker = ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .command()
                        .filter(command -> command.endsWith("/java"))
                        .isPresent())
                .findFirst()
                .orElseThrow();
        String id = start("coder_writer", QUESTION, "coder_writer", link("C2C"));
        worker.destroyForcibly();

        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() ->
                        !client.get("/api/v1/runs/" + id).path("finishedAt").isMissingNode());
        assertThat(client.get("/api/v1/runs/" + id).at("/output/answer").asString())
                .isEqualTo(ANSWER);
    }

    private static JsonNode run(String mode, @Nullable String pairedWith) {
        ObjectNode request = request(QUESTION, "coder_writer", link(mode));
        if (pairedWith != null) {
            request.put("pairedWith", pairedWith);
        }
        String id = runs.start(new GraphArgument("coder_writer", null), request)
                .path("id")
                .asString();
        return runs.await(id, event -> {});
    }

    private static String start(String graph, String question, @Nullable String edge, @Nullable ObjectNode link) {
        return runs.start(new GraphArgument(graph, null), request(question, edge, link))
                .path("id")
                .asString();
    }

    private static ObjectNode request(String question, @Nullable String edge, @Nullable ObjectNode link) {
        ObjectNode request = JSON.createObjectNode();
        request.putObject("input").put("question", question);
        if (edge != null && link != null) {
            request.putObject("edgeOverrides").set(edge, link);
        }
        return request;
    }

    private static ObjectNode link(String mode) {
        return JSON.createObjectNode().put("mode", mode);
    }

    private static JsonNode step(JsonNode run, String node) {
        return named(runs.steps(run.path("id").asString()), "node", node);
    }

    /** What the event of a step's success tells. */
    private static JsonNode succeeded(JsonNode run, String node) {
        String path = "/api/v1/runs/" + run.path("id").asString() + "/events?after=0";
        for (JsonNode event : client.get(path).path("items")) {
            if (event.path("event").asString().equals("step.succeeded")
                    && event.path("node").asString().equals(node)) {
                return event;
            }
        }
        throw new AssertionError("Node '" + node + "' did not succeed in " + run);
    }

    private static JsonNode edge(JsonNode run, String edge) {
        return named(runs.edges(run.path("id").asString()), "edge", edge);
    }

    private static JsonNode named(JsonNode items, String field, String name) {
        for (JsonNode item : items) {
            if (item.path(field).asString().equals(name)) {
                return item;
            }
        }
        throw new AssertionError("No " + field + " '" + name + "' in " + items);
    }

    private static void publish(String name, String coder, String writer, ObjectNode link) throws IOException {
        ObjectNode graph = sample();
        graph.put("name", name);
        for (JsonNode node : graph.path("nodes")) {
            switch (node.path("id").asString()) {
                case "coder" -> ((ObjectNode) node).put("model", coder);
                case "writer" -> ((ObjectNode) node).put("model", writer);
                default -> assertThat(node.path("kind").asString()).isIn("input", "output");
            }
        }
        ((ObjectNode) named(graph.path("edges"), "id", "coder_writer")).set("link", link);
        publish(graph);
    }

    private static ObjectNode sample() {
        return (ObjectNode) JSON.readTree(GraphTemplate.CODER_WRITER.document("coder_writer", Map.of(), model -> 0));
    }

    /** Another one like that of a name, at the end. */
    private static ObjectNode twin(ArrayNode items, String field, String name) {
        ObjectNode twin = (ObjectNode) named(items, field, name).deepCopy();
        items.add(twin);
        return twin;
    }

    private static void publish(ObjectNode graph) throws IOException {
        Path file = Files.writeString(folder.resolve(graph.path("name").asString() + ".json"), graph.toString());
        GraphArgument.publish(file, client, "");
    }
}
