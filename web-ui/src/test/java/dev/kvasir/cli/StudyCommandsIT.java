package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.InProcess.Ran;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The studies as a user runs them, on the pocket pair and some questions of its quiz. */
class StudyCommandsIT {

    @TempDir
    private static Path home;

    private static String receiver;
    private static String sharer;
    private static String fuser;

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() {
        PocketPair.install(home);
        receiver = home.resolve("models").resolve(PocketPair.RECEIVER).toString();
        sharer = home.resolve("models").resolve(PocketPair.SHARER).toString();
        fuser = home.resolve("fusers").resolve(PocketPair.FUSER).toString();
    }

    @Test
    void ranksAreToldForKeysAndValuesOfEachLayerAndOnAverage() {
        assertThat(study("rank", "--json").jsonLines()).hasSize(8).allSatisfy(line -> {
            assertThat(line.at("/pooled/fused").asDouble()).isGreaterThan(1);
            assertThat(line.at("/each/sharer").asDouble()).isGreaterThan(1);
        });
        assertThat(study("rank").out().lines())
                .hasSize(2 + 8 + 2)
                .last()
                .asString()
                .startsWith(" mean values");
    }

    @Test
    void gatesAreToldForEachHead() {
        assertThat(study("gates", "--json").jsonLines()).hasSize(8).allSatisfy(line -> {
            assertThat(line.get("open").booleanValue()).isTrue();
            assertThat(line.get("heads")).hasSize(3);
        });
        assertThat(study("gates", "--gate", "closed").out().lines().skip(1))
                .hasSize(8)
                .allSatisfy(line -> assertThat(line).contains("  shut   0.000  "));
    }

    @Test
    void aCurveStartsAtTheReceiverAndEndsAtTheFuser() {
        List<JsonNode> points = study("curve", "--shares", "0,100", "--json").jsonLines();

        assertThat(points).hasSize(8);
        for (int i = 0; i < 8; i += 2) {
            assertThat(points.get(i).at("/point/right"))
                    .isEqualTo(points.getFirst().at("/point/right"));
            assertThat(points.get(i + 1).get("accuracy").asDouble())
                    .isGreaterThan(points.get(i).get("high").asDouble());
        }
        assertThat(study("curve", "--shares", "100").out().lines()).hasSize(5);
    }

    @Test
    void inversionTellsWhatEachLayerGivesAwayAndWhatAPolicyCosts() {
        JsonNode open = study("inversion", "--json").jsonLines().getFirst();
        JsonNode shut = study("inversion", "--layers", "3", "--noise", "0.5", "--codec", "int8", "--json")
                .jsonLines()
                .getFirst();

        assertThat(open.at("/recovery/layers")).hasSize(4);
        assertThat(open.at("/recovery/layers/0/recovered")).isEqualTo(open.at("/recovery/tokens"));
        assertThat(open.at("/cost/lost").asInt() + open.at("/cost/gained").asInt())
                .isZero();
        assertThat(shut.at("/recovery/layers")).hasSize(1);
        assertThat(shut.get("rate").asDouble()).isLessThan(open.get("rate").asDouble());
        assertThat(shut.at("/cost/exact")).isEqualTo(open.at("/cost/exact"));
        assertThat(shut.path("noise").asString())
                .isEqualTo("The noise is drawn from the seed 0 alone, to be repeated anywhere; runs draw theirs by the"
                        + " installation's key.");
        assertThat(open.path("noise").asString("")).isEmpty();
    }

    @Test
    void inversionNeedsNoFuser() {
        Ran alone = InProcess.run(
                List.of("study", "inversion", "-s", sharer, "--quiz", "pocket", "--limit", "3", "--quiet"),
                "--attack",
                "in-context",
                "--candidates",
                "64");

        assertThat(alone.out().lines()).hasSize(1 + 4 + 2).first().asString().contains("among 64 candidates");
        assertThat(alone.out()).contains(" vote  100.0 %").doesNotContain("policy");
    }

    @Test
    void enrichingTellsThreeWaysAndEachLayer() {
        List<JsonNode> arms = enrich("--shots", "2", "--layers", "--json").jsonLines();
        assertThat(arms)
                .extracting(arm -> arm.get("arm").asString())
                .containsExactly("direct", "few-shot", "enriched", "layer 0", "layer 1", "layer 2", "layer 3");

        assertThat(enrich("--shots", "0")
                        .out()
                        .lines()
                        .map(line -> line.substring(10))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aMapIsDrawnAndWritten() throws IOException {
        Path picture = folder.resolve("map.svg");
        Path table = folder.resolve("map.csv");

        assertThat(study("map", "--tokens", "9", "--out", picture.toString())
                        .out()
                        .lines())
                .hasSize(2 + 4);
        JsonNode map = study("map", "--tokens", "9", "--part", "values", "--json", "--out", table.toString())
                .jsonLines()
                .getFirst();

        assertThat(picture).content().startsWith("<svg ").contains("keys of layer 0");
        assertThat(Files.readAllLines(table)).hasSize(1 + 4 * 9);
        assertThat(map.get("points")).hasSize(4 * 9);
        assertThat(map.get("part").asString()).isEqualTo("VALUES");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rank   | --tokens 0     | 2 | --tokens must be at least 1, not 0.",
                "curve  | --shares 120   | 2 | '--shares are percent, from 0 to 100, not 120.0.'",
                "inversion | --noise -1    | 2 | '--noise must be between 0 and 10, not -1.0.'",
                "inversion | --codec int2  | 2 | '--codec is none, int8 or int4, not ''int2''.'",
                "inversion | --layers 8-   | 2 | '--layers is a list such as 0,4,8-11, not ''8-''.'",
                "inversion | --layers 0-7  | 5 | 'The sharer pocket-sharer has layers 0 to 3; there is no layer 7 to let out.'",
                "inversion | --attack best | 2 | '--attack is alone or in-context, not ''best''.'",
                "map    | --out map.png  | 2 | '--out ends in .svg or .csv, not as map.png does.'",
                "map    | --layer 9      | 5 | 'The fuser maps the receiver''s layers [0, 1, 2, 3], not 9.'"
            })
    void whatCannotBeIsRefused(String study, String option, int code, String sentence) {
        assertThat(study(study, option.split(" ", -1))).isEqualTo(new Ran(code, "", "kvasir: " + sentence + "\n"));
    }

    @Test
    void aLineThatIsNoQuestionIsNamed() throws IOException {
        Path quiz = Files.writeString(folder.resolve("quiz.jsonl"), "{\"input\":{\"question\":\"Which?\"}}\n");

        assertThat(InProcess.run("study", "enrich", "-m", receiver, "--quiz", quiz.toString()))
                .isEqualTo(new Ran(
                        5,
                        "",
                        "kvasir: " + quiz + ", line 1 is no question: a question has a text and an expected reply.\n"));
    }

    @Test
    void moreExamplesThanThereAreAreRefused() {
        assertThat(enrich("--shots", "400"))
                .isEqualTo(new Ran(
                        5,
                        "",
                        "kvasir: There are 400 questions to draw from; 400 examples need one more than are shown.\n"));
    }

    private static Ran study(String study, String... more) {
        return InProcess.run(
                List.of(
                        "study", study, "-r", receiver, "-s", sharer, "--fuser", fuser, "--quiz", "pocket", "--limit",
                        "12", "--quiet"),
                more);
    }

    private static Ran enrich(String... more) {
        return InProcess.run(
                List.of("study", "enrich", "-m", receiver, "--quiz", "pocket", "--limit", "12", "--quiet"), more);
    }
}
