package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on the pocket pair, a few steps long. */
class FuserTrainingRunIT {

    private static final List<String> VALUES = List.of("red", "blue", "green", "gold");

    @TempDir
    private Path home;

    private Path recipe;

    @BeforeEach
    void writeRecipe() throws IOException {
        PocketPair.install(home);
        StringBuilder chats = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            chats.append("""
                    {"messages":[{"role":"user","content":"What colour is a thing%d?"},{"role":"assistant","content":"%s"}]}
                    """.formatted(i, VALUES.get(i % 4)));
        }
        Files.writeString(home.resolve("chats.jsonl"), chats);
        recipe = home.resolve("recipe.json");
        Files.writeString(recipe, """
                {"receiver": "pocket-receiver", "sharer": "pocket-sharer", "fuser": "tried", "seed": 5,
                 "data": {"file": "chats.jsonl", "heldOut": 0.2, "longest": 100},
                 "shape": {"hidden": 8, "intermediate": 8, "dropout": 0.1, "gateStart": 1.0},
                 "optimiser": {"learningRate": 0.01, "endTemperature": 0.05},
                 "pace": {"epochs": 2, "batch": 4, "accumulation": 2, "evaluateEvery": 4, "checkpointEvery": 3}}
                """);
    }

    @Test
    void aRunLowersTheHeldOutLossAndLeavesAFuserThatInferenceReads() {
        List<TrainingProgress> told = new ArrayList<>();
        TrainingReport report = run(told);

        assertThat(told)
                .hasSize(8)
                .last()
                .satisfies(last -> assertThat(last.heldOutLoss()).isNotNull());
        assertThat(report.steps()).isEqualTo(8);
        assertThat(report.bestHeldOutLoss()).isLessThan(report.heldOutLossAtStart());
        assertThat(home.resolve("training/tried/metrics.jsonl")).content().hasLineCount(8);
        try (FuserCheckpoint fuser = FuserCheckpoint.open(home.resolve("fusers/tried"))) {
            assertThat(fuser.description().layerFusers()).hasSize(4);
        }
    }

    @Test
    void aRunThatWasStoppedContinuesAsIfItHadNotBeen() throws IOException {
        List<TrainingProgress> whole = new ArrayList<>();
        run(whole);
        byte[] expected = Files.readAllBytes(home.resolve("fusers/tried/fuser.safetensors"));

        assertThatThrownBy(() -> new FuserTrainingRun(TrainingRecipe.read(recipe), home, InstantSource.system())
                        .run(FuserTrainingRunIT::stopAtFive))
                .isInstanceOf(CancellationException.class);
        List<TrainingProgress> rest = new ArrayList<>();
        run(rest);

        assertThat(rest.stream().map(TrainingProgress::step)).containsExactly(4, 5, 6, 7, 8);
        assertThat(rest.stream().map(TrainingProgress::loss))
                .containsExactlyElementsOf(
                        whole.subList(3, 8).stream().map(TrainingProgress::loss).toList());
        assertThat(home.resolve("fusers/tried/fuser.safetensors")).hasBinaryContent(expected);
    }

    @Test
    void everyFaultOfARecipeIsTold() throws IOException {
        Files.writeString(recipe, """
                {"receiver": "pocket-receiver", "fuser": "tried", "speed": 3, "shape": {"layers": 2}, "data": {"heldOut": 2}}
                """);
        assertThatThrownBy(() -> TrainingRecipe.read(recipe))
                .isInstanceOf(RecipeInvalidException.class)
                .hasMessage(
                        "The recipe %s cannot be run: %s.",
                        recipe,
                        String.join(
                                "; ",
                                "'sharer' is a text and must be given",
                                "'data.file' is a text and must be given",
                                "'data.heldOut' is a number from 0.0 to 0.9, not 2 (line 1)",
                                "'shape.layers' is a whole number from 3, not 2 (line 1)",
                                "'speed' is not known (line 1)"));
    }

    @Test
    void aLineThatIsNoChatIsNamed() throws IOException {
        Files.writeString(
                home.resolve("chats.jsonl"), "{\"messages\": [{\"role\": \"user\", \"content\": \"alone\"}]}\n");
        assertThatThrownBy(() -> run(new ArrayList<>()))
                .isInstanceOf(TrainingDataInvalidException.class)
                .hasMessage(
                        "%s, line 1: 'messages' holds at least two, the last with the role 'assistant'.",
                        home.resolve("chats.jsonl"));
    }

    @Test
    void chatsThatAreNotThereAreToldWithTheirPathBeforeAnythingIsRead() throws IOException {
        Files.delete(home.resolve("chats.jsonl"));
        assertThatThrownBy(() -> run(new ArrayList<>()))
                .isInstanceOf(TrainingFileMissingException.class)
                .hasMessageStartingWith("There are no training chats at %s, ", home.resolve("chats.jsonl"));
    }

    @Test
    void whatTheModelsMadeOfTheChatsIsFoundByTheNextRunAndGoesOnWhereItWasStopped() {
        List<Integer> read = new ArrayList<>();
        assertThatThrownBy(() -> trained(new Reading(read, 7))).isInstanceOf(CancellationException.class);
        trained(new Reading(read, 41));
        trained(new Reading(read, 41));

        assertThat(read)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).boxed().toList());
    }

    @Test
    void aDiskWithoutRoomIsToldBeforeAnythingIsRead() {
        assertThat(new TrainingSpaceException(Path.of("caches"), 3L << 30, 1L << 30))
                .hasMessageStartingWith(
                        "The models' caches of the chats take 3072 MiB in caches, where 1024 MiB are free.");
    }

    /** The training program and inference are two programs; the held-out loss is where they meet. */
    @ParameterizedTest
    @CsvSource({
        "uniform, span, 1",
        "standardised, span, 1",
        "standardised, longest, 1",
        "standardised, span, 0.5",
        "uniform, longest, 0.5"
    })
    void theWrittenFuserGivesTheLossThatTrainingMeasured(String start, String alignment, double share)
            throws IOException {
        Files.writeString(
                recipe,
                Files.readString(recipe)
                        .replace(
                                "\"gateStart\": 1.0",
                                "\"gateStart\": 1.0, \"start\": \"%s\", \"alignment\": \"%s\", \"share\": %s"
                                        .formatted(start, alignment, share)));
        TrainingReport report = run(new ArrayList<>());

        List<Integer> places = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
        Collections.shuffle(places, new Random(5));
        List<String> chats = Files.readAllLines(home.resolve("chats.jsonl"));
        double sum = 0;
        try (InferredLoss inferred = new InferredLoss(home, report.fuser())) {
            for (int place : places.subList(0, 8)) {
                sum += inferred.of(chats.get(place));
            }
        }
        assertThat(report.bestHeldOutLoss()).isLessThan(report.heldOutLossAtStart());
        assertThat(sum / 8).isCloseTo(report.bestHeldOutLoss(), within(2e-4));
    }

    /** Notes which chats were read, and stops at one. */
    private record Reading(List<Integer> read, int stop) implements TrainingListener {

        @Override
        public void read(int chats, int of) {
            read.add(chats);
            if (chats == stop) {
                throw new CancellationException("stopped");
            }
        }

        @Override
        public void step(TrainingProgress progress) {}
    }

    private static void stopAtFive(TrainingProgress progress) {
        if (progress.step() == 5) {
            throw new CancellationException("stopped");
        }
    }

    private TrainingReport run(List<TrainingProgress> told) {
        return trained(told::add);
    }

    private TrainingReport trained(TrainingListener listener) {
        return new FuserTrainingRun(TrainingRecipe.read(recipe), home, InstantSource.system()).run(listener);
    }
}
