package dev.kvasir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreIT {

    private static final Path TINY = Path.of("src/test/resources/golden/models/malformed/base");

    @TempDir
    private Path home;

    private ModelStore store = new ModelStore(Path.of("unset"));

    @BeforeEach
    void openStore() {
        store = new ModelStore(home.resolve("models"));
    }

    @Test
    void anAddedModelIsFoundByNameAndByDigest() {
        StoredModel added = store.add(TINY, "tiny");

        assertThat(store.list()).containsExactly(added);
        assertThat(store.find("tiny")).contains(added);
        assertThat(store.find("tiny@" + added.digest().substring(0, 8))).contains(added);
        assertThat(store.find("tiny@00000000")).isEmpty();
        assertThat(store.find("tiny@" + added.digest().substring(0, 4))).isEmpty();
    }

    @Test
    void aFileThatLiesInTheStoreIsAModelUnderItsStem() throws IOException {
        Files.createDirectories(store.folder());
        Files.copy(
                Path.of("src/test/resources/golden/models/malformed/base.gguf"),
                store.folder().resolve("base.gguf"));

        assertThat(store.list()).extracting(StoredModel::name).containsExactly("base");
    }

    @Test
    void aTakenNameIsRefusedAndChangesNothing() {
        StoredModel first = store.add(TINY, "tiny");

        assertThatThrownBy(() -> store.add(TINY, "tiny"))
                .isInstanceOf(ModelStoreException.class)
                .hasMessage(
                        "A model 'tiny' is already there. Choose another name with --name, or remove it: kvasir models"
                                + " remove tiny");
        assertThat(store.list()).containsExactly(first);
    }

    @Test
    void aNameThatLeadsOutOfTheStoreIsRefused() {
        assertThatThrownBy(() -> store.add(TINY, "../outside"))
                .hasMessage(
                        "'../outside' cannot be a model's name: use letters, digits, '.', '_' and '-', a letter or digit"
                                + " first, up to 100.");
        assertThat(home.resolve("outside")).doesNotExist();
    }

    @Test
    void aBrokenModelLeavesNothingBehind() throws IOException {
        Path broken = Files.writeString(home.resolve("broken.gguf"), "GGUF");

        assertThatThrownBy(() -> store.add(broken, "broken")).isInstanceOf(ModelInvalidException.class);

        assertThat(store.folder())
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
    }

    @Test
    void aRemovedModelIsGoneWithItsFiles() throws IOException {
        store.add(TINY, "tiny");

        store.remove("tiny");

        assertThat(store.list()).isEmpty();
        try (Stream<Path> left = Files.walk(store.folder())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        assertThatThrownBy(() -> store.remove("tiny")).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void aChangedFileChangesTheDigest() throws IOException {
        StoredModel before = store.add(TINY, "tiny");

        Files.writeString(before.path().resolve("generation_config.json"), "{\"eos_token_id\": 3}");

        assertThat(store.find("tiny").orElseThrow().digest()).isNotEqualTo(before.digest());
    }
}
