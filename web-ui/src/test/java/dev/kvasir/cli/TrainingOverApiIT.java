package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvasir.access.ApiKeys;
import dev.kvasir.access.Scope;
import dev.kvasir.access.Users;
import dev.kvasir.cli.UpCommand.LocalInstallation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fusers trained over the API: a real database, server and worker process, the pocket models. */
class TrainingOverApiIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> VALUES = List.of("red", "blue", "green", "gold");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int STEPS = 40;

    @TempDir
    private static Path folder;

    private static LocalInstallation installation;
    private static HttpClient http;
    private static String key;

    @BeforeAll
    static void start() throws IOException {
        KvasirHome home = new KvasirHome(folder);
        Files.createDirectories(folder.resolve("datasets/colours"));
        StringBuilder chats = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            chats.append("""
                    {"messages":[{"role":"user","content":"What colour is a thing%d?"},{"role":"assistant","content":"%s"}]}
                    """.formatted(i, VALUES.get(i % 4)));
        }
        Files.writeString(folder.resolve("datasets/colours/chats.jsonl"), chats);
        Files.writeString(folder.resolve("secret.jsonl"), chats);
        Files.createSymbolicLink(folder.resolve("datasets/link.jsonl"), folder.resolve("secret.jsonl"));
        installation = LocalInstallation.start(home, 0);
        FirstStart.on(installation.server());
        http = HttpClient.newHttpClient();
        key = LocalKey.of(home).orElseThrow();
        await().atMost(PATIENCE).until(() -> get("/api/v1/fusers/pocket").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void aFuserIsTrainedAndCanBeUsedInAGraphAtOnce() throws Exception {
        HttpResponse<String> accepted = train(recipe("tried"), "once");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String operation = accepted.headers().firstValue("Location").orElseThrow();
        assertThat(operation).matches("/api/v1/operations/operation_[0-9a-f]{32}");
        assertThat(JSON.readTree(accepted.body()).path("state").asString()).isEqualTo("QUEUED");

        JsonNode ended = awaitEnd(operation);

        assertThat(ended.path("state").asString()).as(ended.toPrettyString()).isEqualTo("SUCCEEDED");
        assertThat(ended.at("/result/steps").asInt()).isEqualTo(STEPS);
        assertThat(ended.at("/result/heldOutLoss").asDouble())
                .isLessThan(ended.at("/result/heldOutLossAtStart").asDouble());
        assertThat(json("/api/v1/fusers/tried").path("available").asBoolean()).isTrue();
        assertThat(edgeOfRun("tried").path("effectiveMode").asString()).isEqualTo("C2C");
        assertThat(edgeOfRun("tried").path("fuser").asString()).isEqualTo("tried");
        assertEventsAreWhole(operation);
    }

    private static JsonNode edgeOfRun(String fuser) throws Exception {
        HttpResponse<String> started = post("/api/v1/graphs/coder_writer/runs", """
                {"input": {"question": "What does a kelgat hold?"},
                 "edgeOverrides": {"coder_writer": {"mode": "C2C", "fuser": "%s"}}}
                """.formatted(fuser), null);
        String run = started.headers().firstValue("Location").orElseThrow();
        await().atMost(PATIENCE)
                .until(() -> Stream.of("SUCCEEDED", "FAILED")
                        .anyMatch(json(run).path("state").asString()::equals));
        return json(run + "/edges/coder_writer").path("items").path(0);
    }

    /** Once as a list, once from the middle as a stream: the same events, numbered without holes, one end. */
    private static void assertEventsAreWhole(String operation) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        json(operation + "/events").path("items").forEach(events::add);
        assertThat(events.stream().map(event -> event.path("seq").asInt()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events.getFirst().path("event").asString()).isEqualTo("operation.queued");
        assertThat(events.getLast().path("event").asString()).isEqualTo("operation.succeeded");
        JsonNode last = events.get(events.size() - 2);
        assertThat(last.path("phase").asString()).isEqualTo("TRAINING");
        assertThat(last.path("step").asInt()).isEqualTo(STEPS);
        assertThat(last.path("gates").asInt()).isEqualTo(8);
        assertThat(last.path("loss").isNumber()).isTrue();

        HttpRequest resumed = request(operation + "/events")
                .setHeader("Accept", "text/event-stream")
                .header("Last-Event-ID", "5")
                .build();
        List<String> lines =
                http.send(resumed, BodyHandlers.ofString()).body().lines().toList();
        assertThat(lines.stream().filter(line -> line.startsWith("id: ")))
                .containsExactlyElementsOf(IntStream.rangeClosed(6, events.size())
                        .mapToObj(seq -> "id: " + seq)
                        .toList());
        assertThat(lines.stream().filter(line -> line.startsWith("data: ")).findFirst())
                .hasValue("data: " + events.get(5));
        assertThat(get(operation + "/events?after=100000").statusCode()).isEqualTo(400);
    }

    @Test
    void aTrainingWhoseWorkerIsKilledGoesOnFromItsLastSaveAndEndsAsIfItHadNotBeen() throws Exception {
        String whole = location(train(recipe("whole"), null));
        awaitEnd(whole);
        String killed = location(train(recipe("killed"), null));
        await().atMost(PATIENCE).until(() -> step(killed) >= 12);

        workerPids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        JsonNode ended = awaitEnd(killed);

        assertThat(ended.path("state").asString()).as(ended.toPrettyString()).isEqualTo("SUCCEEDED");
        List<JsonNode> events = new ArrayList<>();
        json(killed + "/events").path("items").forEach(events::add);
        assertThat(events.stream()
                        .filter(event -> event.path("event").asString().equals("operation.started")))
                .hasSize(2);
        assertThat(losses(killed)).isEqualTo(losses(whole)).hasSize(STEPS);
        assertThat(folder.resolve("fusers/killed/fuser.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("fusers/whole/fuser.safetensors"));
    }

    @Test
    void oneTrainingAtATimeIsTakenAndBothTheRunningAndTheWaitingOneCanBeCancelled() throws Exception {
        String first = location(train(recipe("first").replace("\"epochs\": 5", "\"epochs\": 5000"), null));
        await().atMost(PATIENCE).until(() -> step(first) >= 2);
        String second = location(train(recipe("second"), null));

        HttpResponse<String> stopped = post(second + "/cancel", "{}", null);
        assertThat(stopped.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(stopped.body()).path("state").asString()).isEqualTo("CANCELLED");
        HttpResponse<String> again = post(second + "/cancel", "{}", null);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(JSON.readTree(again.body()).path("code").asString()).isEqualTo("OPERATION_FINISHED");

        HttpResponse<String> stopping = post(first + "/cancel", "{}", null);
        assertThat(JSON.readTree(stopping.body()).path("stopping").asBoolean()).isTrue();
        assertThat(awaitEnd(first).path("state").asString()).isEqualTo("CANCELLED");
        assertThat(get("/api/v1/fusers/first").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"hidden\": 8 | \"hidden\": 0 | /shape/hidden | 'shape.hidden' is a whole number from 1, not 0.",
                "\"seed\": 5 | \"speed\": 5 | /speed | 'speed' is not known.",
                "colours/chats.jsonl | ../secret.jsonl | /data/file | 'data.file' must lie in the folder 'datasets' under"
                        + " KVASIR_HOME, or in another that the server is configured with; '../secret.jsonl' does not.",
                "colours/chats.jsonl | /etc/passwd | /data/file | 'data.file' must lie in the folder 'datasets' under"
                        + " KVASIR_HOME, or in another that the server is configured with; '/etc/passwd' does not.",
                "colours/chats.jsonl | link.jsonl | /data/file | 'data.file' names 'link.jsonl', and there is no such file in"
                        + " the folder 'datasets' under KVASIR_HOME.",
                "pocket-sharer | nobody | /sharer | 'sharer' names model 'nobody', which is not registered here with weights"
                        + " of its own. Known: pocket-receiver, pocket-sharer.",
            })
    void aRecipeIsRefusedWithAPointer(String right, String wrong, String pointer, String detail) throws Exception {
        HttpResponse<String> refused = train(recipe("refused").replace(right, wrong), null);

        JsonNode problem = JSON.readTree(refused.body());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(problem.path("code").asString()).isEqualTo("RECIPE_INVALID");
        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo(pointer);
        assertThat(problem.at("/errors/0/detail").asString()).isEqualTo(detail);
        assertThat(refused.body()).doesNotContain(folder.toString());
    }

    @Test
    void aTakenNameAForeignIdAndAKeyWithoutTheScopeAreRefused() throws Exception {
        assertThat(train(recipe("pocket"), null).statusCode()).isEqualTo(409);
        assertThat(get("/api/v1/operations/operation_00000000000000000000000000000000")
                        .statusCode())
                .isEqualTo(404);
        String mine = key;
        key = keyWithoutModels();
        assertThat(train(recipe("unscoped"), null).statusCode()).isEqualTo(403);
        key = mine;
    }

    private static String keyWithoutModels() {
        ApplicationContext server = installation.server().context();
        return server.getBean(ApiKeys.class)
                .issue(
                        server.getBean(Users.class).owner(),
                        "no models",
                        EnumSet.of(Scope.GRAPHS_READ, Scope.GRAPHS_WRITE, Scope.RUNS_WRITE),
                        ApiKeys.DEFAULT_LIFE)
                .key();
    }

    @Test
    void theSameKeyAndRecipeQueueOneTraining() throws Exception {
        String recipe = recipe("keyed").replace("\"epochs\": 5", "\"epochs\": 1");
        HttpResponse<String> first = train(recipe, "keyed-1");
        HttpResponse<String> again = train(recipe, "keyed-1");

        assertThat(location(again)).isEqualTo(location(first));
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(train(recipe("other"), "keyed-1").statusCode()).isEqualTo(422);
        awaitEnd(location(first));
    }

    /** 32 chats are trained on, 4 at a time: 8 steps an epoch. */
    private static String recipe(String fuser) {
        return """
                {"receiver": "pocket-receiver", "sharer": "pocket-sharer", "fuser": "%s", "seed": 5,
                 "data": {"file": "colours/chats.jsonl", "heldOut": 0.2, "longest": 100},
                 "shape": {"hidden": 8, "intermediate": 8, "dropout": 0.1, "gateStart": 1.0},
                 "optimiser": {"learningRate": 0.01, "endTemperature": 0.05},
                 "pace": {"epochs": 5, "batch": 4, "evaluateEvery": 8, "checkpointEvery": 5}}
                """.formatted(fuser);
    }

    private static JsonNode awaitEnd(String operation) {
        await().atMost(PATIENCE).until(() -> json(operation).has("finishedAt"));
        return json(operation);
    }

    private static int step(String operation) {
        return json(operation).at("/progress/step").asInt(0);
    }

    /** Every step's loss, told as it is stored; the first is step 1. */
    private static List<String> losses(String operation) {
        List<String> losses = new ArrayList<>();
        for (JsonNode event : json(operation + "/events").path("items")) {
            if (event.path("phase").asString("").equals("TRAINING")) {
                losses.add(String.format(
                        Locale.ROOT,
                        "%d %s %s",
                        event.path("step").asInt(),
                        event.path("loss"),
                        event.path("heldOutLoss")));
            }
        }
        return losses;
    }

    private static List<Long> workerPids() {
        List<Long> pids = new ArrayList<>();
        for (JsonNode worker : json("/api/v1/workers").path("items")) {
            if (worker.path("state").asString().equals("ACTIVE")) {
                pids.add(worker.path("pid").asLong());
            }
        }
        return pids;
    }

    private static HttpResponse<String> train(String recipe, @Nullable String idempotencyKey) throws Exception {
        return post("/api/v1/fusers/train", recipe, idempotencyKey);
    }

    private static String location(HttpResponse<String> accepted) {
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return accepted.headers().firstValue("Location").orElseThrow();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(installation.server().address() + path))
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + key);
    }

    private static HttpResponse<String> get(String path) {
        try {
            return http.send(request(path).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static JsonNode json(String path) {
        return JSON.readTree(get(path).body());
    }

    private static HttpResponse<String> post(String path, String body, @Nullable String idempotencyKey)
            throws Exception {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
