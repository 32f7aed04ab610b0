package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.Goldens;
import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.fuser.pickle.PickleRefusedException;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.SafetensorsWriter;
import dev.kvasir.torch.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Damaged and hostile fuser folders: each is refused by name before anything of it is used. */
class FuserCheckpointGoldenIT {

    private static final Path NEGATIVE = Goldens.path("c2c/negative");

    @TempDir
    Path temporary;

    /** A refusal must be quick; what the first program takes to start is not part of it. */
    @BeforeAll
    static void start() {
        assertThat(LayerFuserProgram.PROGRAM).isNotNull();
    }

    @TestFactory
    Stream<DynamicTest> folders() {
        JsonNode cases = Goldens.json(NEGATIVE.resolve("cases.json")).get("cases");
        return StreamSupport.stream(cases.spliterator(), false)
                .map(json -> DynamicTest.dynamicTest(json.get("id").asString(), () -> check(json)));
    }

    private void check(JsonNode json) throws IOException {
        Path folder = build(json);
        Throwable thrown =
                catchThrowable(() -> Assertions.assertTimeout(Duration.ofSeconds(2), () -> use(folder, json)));
        try (Stream<Path> files = Files.walk(temporary)) {
            assertThat(files.map(Path::getFileName).map(String::valueOf)).doesNotContain("kvasir-was-here");
        }
        assertThat(Path.of("kvasir-was-here")).doesNotExist();
        if (json.get("must").asString().equals("load")) {
            assertThat(thrown).isNull();
            return;
        }
        assertThat(thrown)
                .isInstanceOf(FuserInvalidException.class)
                .hasMessageContaining(json.get("file").asString());
        String message = String.valueOf(thrown.getMessage());
        assertThat(texts(json, "key", "alternative_keys"))
                .as(message)
                .anyMatch(key -> key.isEmpty() || message.contains(key));
        assertThat(texts(json, "error", "alternative_errors")).contains(kind((FuserInvalidException) thrown));
    }

    private static void use(Path folder, JsonNode json) {
        boolean pickled = json.path("reader").asString("pt").equals("pt");
        try (FuserCheckpoint checkpoint = pickled ? FuserCheckpoint.openPickled(folder) : FuserCheckpoint.open(folder);
                Checkpoint receiver = model(json.get("receiver").asString());
                Checkpoint sharer = model(json.get("sharer").asString())) {
            checkpoint.requireFit(receiver.config(), sharer.config());
            LoadedFuser.load(checkpoint, ElementType.F32).close();
        }
    }

    private static Checkpoint model(String name) {
        return Checkpoint.open(Goldens.path("c2c/models/" + name));
    }

    /** What the fixtures call it. */
    private static String kind(FuserInvalidException thrown) {
        if (thrown.getCause() instanceof PickleRefusedException refused) {
            return refused.fault().name();
        }
        return thrown.fault() == Fault.UNREADABLE
                ? "BAD_SAFETENSORS"
                : thrown.fault().name();
    }

    private static List<String> texts(JsonNode json, String one, String more) {
        List<String> texts = new ArrayList<>();
        texts.add(json.get(one).isNull() ? "" : json.get(one).asString());
        json.path(more).forEach(text -> texts.add(text.asString()));
        return texts;
    }

    private Path build(JsonNode json) throws IOException {
        Path folder = Files.createTempDirectory(temporary, json.get("id").asString());
        copy(NEGATIVE.resolve("00-valid"), folder);
        Path overlay = NEGATIVE.resolve(json.get("id").asString());
        if (Files.isDirectory(overlay)) {
            copy(overlay, folder);
        }
        for (JsonNode removed : json.path("removed")) {
            Files.delete(folder.resolve(removed.asString()));
        }
        return folder;
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path to = target.resolve(source.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void pickledWeightsAreNotReadUnlessAskedFor() throws IOException {
        Path folder = temporary.resolve("pickled");
        copy(NEGATIVE.resolve("00-valid"), folder);
        Files.delete(folder.resolve("fuser.safetensors"));

        assertThat(catchThrowable(() -> FuserCheckpoint.open(folder)))
                .isInstanceOf(FuserInvalidException.class)
                .hasMessage(
                        "final/projector_0.pt, (whole file): pickled weights are not read unless asked for; convert the"
                                + " fuser to safetensors");
    }

    @Test
    void aPickledFuserIsTheSameInOurLayout() {
        Path ours = temporary.resolve("ours");
        try (FuserCheckpoint pickled = FuserCheckpoint.openPickled(NEGATIVE.resolve("00-valid"));
                FuserCheckpoint plain = FuserCheckpoint.open(NEGATIVE.resolve("00-valid"))) {
            pickled.save(ours);
            try (FuserCheckpoint saved = FuserCheckpoint.open(ours)) {
                assertThat(saved.description()).isEqualTo(pickled.description());
                assertThat(saved.digest()).isEqualTo(pickled.digest()).isEqualTo(plain.digest());
                assertThat(saved.description().parameters())
                        .isEqualTo(pickled.description().parameters());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ablation", "alignment", "receiver", "sharer", "model"})
    void aDescriptionThatLeavesOutWhatItMustSayIsRefused(String key) throws IOException {
        try (FuserCheckpoint pickled = FuserCheckpoint.openPickled(NEGATIVE.resolve("00-valid"))) {
            ObjectNode description = FuserJson.MAPPER.valueToTree(pickled.description());
            description.findParents(key).forEach(parent -> ((ObjectNode) parent).putNull(key));
            new SafetensorsWriter()
                    .metadata("kvasir.fuser", description.toString())
                    .write(temporary.resolve("fuser.safetensors"));
        }

        assertThat(catchThrowable(() -> FuserCheckpoint.open(temporary)))
                .isInstanceOf(FuserInvalidException.class)
                .hasMessageStartingWith("fuser.safetensors, kvasir.fuser: is no description of a fuser: ")
                .hasMessageContaining("'%s' is missing".formatted(key));
    }

    @Test
    void theStoreShowsWholeFusersOnly() {
        FuserStore store = new FuserStore(temporary.resolve("fusers"));
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(NEGATIVE.resolve("00-valid"))) {
            store.add("first", checkpoint);

            assertThat(store.list()).extracting(StoredFuser::name).containsExactly("first");
            assertThat(store.find("first")).isPresent();
            assertThat(catchThrowable(() -> store.add("first", checkpoint)))
                    .isInstanceOf(FuserStoreException.class)
                    .hasMessage("A fuser 'first' is already there. Choose another name.");
            assertThat(catchThrowable(() -> store.add("../out", checkpoint))).isInstanceOf(FuserStoreException.class);
        }
        store.remove("first");
        assertThat(store.list()).isEmpty();
    }

    @Test
    void anInspectionTellsGatesAndNumbersOfEveryLayer() {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(Goldens.path("c2c/fusers/q3-from-q2-last"))) {
            FuserInspection inspection = FuserInspection.of(checkpoint);

            assertThat(inspection.parameters()).isEqualTo(4 * 15_046);
            assertThat(inspection.layers()).hasSize(4);
            assertThat(inspection.layers().getLast().sharerLayer()).isEqualTo(2);
            assertThat(inspection.gateOpenShare()).isBetween(0.1, 0.9);
            FuserInspection.Numbers keys = inspection.layers().getFirst().keys();
            assertThat(keys.deviation()).isPositive();
            long side = inspection.parameters() / 8 - 1; // 4 layers, 2 sides, the gate not counted
            assertThat(keys.norm())
                    .isCloseTo(
                            Math.sqrt(side * (keys.mean() * keys.mean() + keys.deviation() * keys.deviation())),
                            within(1e-9));
            assertThat(inspection.description().receiver().model()).isEqualTo("models/recv-qwen3");
        }
    }
}
