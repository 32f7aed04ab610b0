package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Studies over the API tell what the commands print: a real database, server and worker process, the pocket pair. */
class StudiesOverApiIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PAIR =
            "\"receiver\": \"pocket-receiver\", \"sharer\": \"pocket-sharer\", \"fuser\": \"pocket\"";

    @TempDir
    private static Path folder;

    private static LocalInstallation installation;
    private static HttpClient http;
    private static String key;

    @BeforeAll
    static void start() throws IOException {
        KvasirHome home = new KvasirHome(folder);
        installation = LocalInstallation.start(home, 0);
        FirstStart.on(installation.server());
        http = HttpClient.newHttpClient();
        key = LocalKey.of(home).orElseThrow();
        Files.createDirectories(folder.resolve("datasets"));
        Files.writeString(folder.resolve("datasets/broken.jsonl"), "{\"input\":{\"question\":\"Which?\"}}\n");
        await().atMost(PATIENCE).until(() -> get("/api/v1/fusers/pocket").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rank      | \"tokens\": 60                        | --tokens 60",
                "gates     | \"gate\": \"open\"                    | --gate open",
                "curve     | \"shares\": [0, 0.5, 1]               | --shares 0,50,100",
                "map       | \"layer\": 3, \"part\": \"values\", \"tokens\": 20 | --layer 3 --part values --tokens 20",
                "inversion | \"candidates\": 64, \"attack\": \"in-context\", \"wire\": {\"layers\": [2, 3]}"
                        + " | --candidates 64 --attack in-context --layers 2-3",
            })
    void aStudyOfAPairTellsWhatItsCommandPrints(String study, String more, String options) throws Exception {
        JsonNode ended = made("{\"study\": \"%s\", %s, \"quiz\": \"pocket\", \"limit\": 6, \"seed\": 3, %s}"
                .formatted(study, PAIR, more));

        List<String> command = new ArrayList<>(List.of(
                "study",
                study,
                "-r",
                model("pocket-receiver"),
                "-s",
                model("pocket-sharer"),
                "--fuser",
                folder.resolve("fusers/pocket").toString(),
                "--quiz",
                "pocket",
                "--limit",
                "6",
                "--seed",
                "3",
                "--json",
                "--quiet"));
        command.addAll(List.of(options.strip().split(" ")));
        assertRows(ended, InProcess.run(command));
    }

    @Test
    void aStudyOfOneModelTellsWhatItsCommandPrints() throws Exception {
        JsonNode ended = made("""
                {"study": "enrich", "model": "pocket-sharer", "quiz": "pocket", "limit": 6, "shots": 2, "layers": true}""");

        assertRows(
                ended,
                InProcess.run(
                        "study",
                        "enrich",
                        "-m",
                        model("pocket-sharer"),
                        "--quiz",
                        "pocket",
                        "--limit",
                        "6",
                        "--shots",
                        "2",
                        "--layers",
                        "--json",
                        "--quiet"));
        assertThat(ended.at("/result/rows")).hasSize(3 + 4);
    }

    private static void assertRows(JsonNode ended, InProcess.Ran command) {
        assertThat(command.exitCode()).as(command.err()).isZero();
        List<JsonNode> rows = new ArrayList<>();
        ended.at("/result/rows").forEach(rows::add);
        assertThat(rows)
                .as(ended.toPrettyString())
                .isNotEmpty()
                .containsExactlyElementsOf(
                        command.out().lines().map(JSON::readTree).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rank\" | \"ranks\" | /study | 'study' is one of [rank, curve, gates, map, enrich, inversion], not \"ranks\".",
                "\"limit\": 6 | \"limit\": 0 | /limit | 'limit' is a whole number from 1 to 2147483647, not 0.",
                "\"limit\": 6 | \"limits\": 6 | /limits | 'limits' is not known here.",
                "\"pocket-sharer\" | \"nobody\" | /sharer | 'sharer' names model 'nobody', which is not registered here with"
                        + " weights of its own. Known: pocket-receiver, pocket-sharer.",
                "\"fuser\": \"pocket\" | \"fuser\": \"pockt\" | /fuser | 'fuser' names 'pockt', which is not registered here.",
                "\"quiz\": \"pocket\" | \"quiz\": \"../home.jsonl\" | /quiz | 'quiz' must lie in the folder 'datasets' under"
                        + " KVASIR_HOME, or in another that the server is configured with; '../home.jsonl' does not.",
            })
    void aStudyIsRefusedWithAPointer(String right, String wrong, String pointer, String detail) throws Exception {
        String study = "{\"study\": \"rank\", %s, \"quiz\": \"pocket\", \"limit\": 6}".formatted(PAIR);
        assertThat(study).contains(right);

        HttpResponse<String> refused = post("/api/v1/studies", study.replace(right, wrong));

        JsonNode problem = JSON.readTree(refused.body());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(problem.path("code").asString()).isEqualTo("STUDY_INVALID");
        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo(pointer);
        assertThat(problem.at("/errors/0/detail").asString()).isEqualTo(detail);
    }

    @Test
    void aStudyThatCannotBeMadeFailsAndSaysWhy() throws Exception {
        JsonNode quiz = ended("{\"study\": \"rank\", %s, \"quiz\": \"broken.jsonl\"}".formatted(PAIR));
        JsonNode layer = ended("{\"study\": \"map\", %s, \"quiz\": \"pocket\", \"layer\": 9}".formatted(PAIR));

        assertThat(quiz.path("state").asString()).isEqualTo("FAILED");
        assertThat(quiz.at("/error/code").asString()).isEqualTo("DATASET_INVALID");
        assertThat(quiz.at("/error/detail").asString())
                .isEqualTo("broken.jsonl, line 1 is no question: a question has a text and an expected reply.");
        assertThat(layer.at("/error/code").asString()).isEqualTo("STUDY_INVALID");
        assertThat(layer.at("/error/detail").asString())
                .isEqualTo("The fuser maps the receiver's layers [0, 1, 2, 3], not 9.");
    }

    @Test
    void aRunningStudyStopsBetweenTwoQuestions() throws Exception {
        String study = accepted(
                "{\"study\": \"curve\", %s, \"quiz\": \"pocket\", \"shares\": [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1]}"
                        .formatted(PAIR));
        await().atMost(PATIENCE)
                .until(() -> json(study).at("/progress/questions").asInt() > 0);

        post(study + "/cancel", "{}");

        await().atMost(PATIENCE).until(() -> json(study).has("finishedAt"));
        JsonNode ended = json(study);
        assertThat(ended.path("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.at("/progress/questions").asInt()).isLessThan(400);
        assertThat(ended.has("result")).isFalse();
    }

    private static JsonNode made(String study) throws Exception {
        JsonNode ended = ended(study);
        assertThat(ended.path("state").asString()).as(ended.toPrettyString()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("kind").asString()).isEqualTo("STUDY");
        assertThat(ended.path("study")).isEqualTo(JSON.readTree(study));
        return ended;
    }

    private static JsonNode ended(String study) throws Exception {
        String operation = accepted(study);
        await().atMost(PATIENCE).until(() -> json(operation).has("finishedAt"));
        return json(operation);
    }

    private static String accepted(String study) throws Exception {
        HttpResponse<String> accepted = post("/api/v1/studies", study);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return accepted.headers().firstValue("Location").orElseThrow();
    }

    private static String model(String name) {
        return folder.resolve("models").resolve(name).toString();
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

    private static HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
