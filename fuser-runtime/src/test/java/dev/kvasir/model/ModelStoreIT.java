package dev.kvasir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelStoreIT {

    private static final Path TINY = Path.of("src/test/resources/golden/models/malformed/base");

    private static final Path TINY_GGUF = Path.of("src/test/resources/golden/models/malformed/base.gguf");

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
        Files.copy(TINY_GGUF, store.folder().resolve("base.gguf"));

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
    void ofSeveralThatAddOneNameAtOnceAllButOneAreRefused() throws Exception {
        List<Path> sources = List.of(TINY_GGUF, changed("a"), changed("b"), changed("c"));
        for (int round = 0; round < 10; round++) {
            String name = "model" + round;
            CyclicBarrier start = new CyclicBarrier(sources.size());
            List<StoredModel> added = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(sources.size())) {
                List<Future<StoredModel>> adding = sources.stream()
                        .map(source -> threads.submit(() -> {
                            ModelStore own = new ModelStore(store.folder());
                            start.await();
                            return own.add(source, name);
                        }))
                        .toList();
                for (Future<StoredModel> end : adding) {
                    try {
                        added.add(end.get());
                    } catch (ExecutionException refused) {
                        assertThat(refused)
                                .cause()
                                .isInstanceOf(ModelStoreException.class)
                                .hasMessageStartingWith("A model '" + name + "' is already there.");
                    }
                }
            }
            assertThat(added).hasSize(1);
            assertThat(store.find(name).orElseThrow().digest())
                    .isEqualTo(added.getFirst().digest())
                    .isEqualTo(ModelStore.digest(added.getFirst().path()))
                    .isEqualTo(store.manifest(name).files().getFirst().sha256());
        }
    }

    @Test
    void ofTwoProcessesThatAddOneNameAtOnceOneIsRefused() throws Exception {
        Path go = home.resolve("go");
        List<Process> processes = new ArrayList<>();
        for (Path source : List.of(TINY_GGUF, changed("a"))) {
            processes.add(adding(source, home.resolve("ready" + processes.size()), go));
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(home.resolve("ready0")) && Files.exists(home.resolve("ready1")));
        Files.createFile(go);

        assertThat(List.of(processes.getFirst().waitFor(), processes.getLast().waitFor()))
                .containsExactlyInAnyOrder(0, ModelAdding.REFUSED);
        assertThat(store.list()).hasSize(1);
        assertThat(store.list().getFirst().digest())
                .isEqualTo(store.manifest("tiny").files().getFirst().sha256());
    }

    private Process adding(Path source, Path ready, Path go) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelAdding.class.getName(),
                        store.folder().toString(),
                        source.toString(),
                        "tiny",
                        ready.toString(),
                        go.toString())
                .inheritIO()
                .start();
    }

    /** A GGUF file of the same model with another digest: its last weight is different. */
    private Path changed(String text) throws IOException {
        byte[] bytes = Files.readAllBytes(TINY_GGUF);
        bytes[bytes.length - 1] = text.getBytes(StandardCharsets.US_ASCII)[0];
        return Files.write(home.resolve(text + ".gguf"), bytes);
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
            assertThat(left.filter(Files::isRegularFile).filter(file -> !file.endsWith(".lock")))
                    .isEmpty();
        }
        assertThatThrownBy(() -> store.remove("tiny")).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void aChangedFileChangesTheDigest() throws IOException {
        StoredModel before = store.add(TINY, "tiny");

        Files.writeString(before.path().resolve("generation_config.json"), "{\"eos_token_id\": 3}");

        assertThat(store.find("tiny").orElseThrow().digest()).isNotEqualTo(before.digest());
    }

    @Test
    void anOlderFoldersChatTemplateIsKeptAndPartOfTheDigest() throws IOException {
        Path source = copyOfTiny();
        String without = ModelStore.digest(source);
        Files.writeString(source.resolve("chat_template.json"), "{\"chat_template\": \"{{ 'older' }}\"}");

        StoredModel added = store.add(source, "tiny");

        assertThat(added.path().resolve("chat_template.json")).exists();
        assertThat(added.digest()).isNotEqualTo(without);
    }

    @Test
    void aFolderKeepsItsTermsAndItsFilesAreSummed() throws IOException {
        Path source = copyOfTiny();
        Files.writeString(source.resolve("NOTICE"), "Notice.");
        Files.writeString(source.resolve("Gemma_Terms.txt"), "Terms.");
        Files.writeString(source.resolve("README.md"), "---\nlicense: \"gemma\"\n---\n# Tiny");
        Files.writeString(source.resolve("secret.txt"), "Not terms.");

        StoredModel added = store.add(source, "tiny");

        ModelManifest manifest = store.manifest("tiny");
        assertThat(manifest.terms())
                .isEqualTo(new ModelTerms(
                        "gemma",
                        List.of(
                                new ModelTerms.Document("Gemma_Terms.txt", "Terms."),
                                new ModelTerms.Document("NOTICE", "Notice."),
                                new ModelTerms.Document("README.md", "---\nlicense: \"gemma\"\n---\n# Tiny"))));
        assertThat(manifest.origin()).isEqualTo(new ModelOrigin("file:" + source, "", ""));
        assertThat(manifest.files())
                .extracting(ModelManifest.Entry::name)
                .containsExactly("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
        assertThat(ModelDigest.of(added.path(), manifest.files())).isEqualTo(added.digest());
        assertThat(added.path().resolve("NOTICE")).hasContent("Notice.");
        assertThat(added.path().resolve("secret.txt")).doesNotExist();
    }

    @Test
    void theTermsBesideAFileAreKeptButNoCardOfSomethingElse() throws IOException {
        Path source = home.resolve("tiny.gguf");
        Files.copy(Path.of("src/test/resources/golden/models/malformed/base.gguf"), source);
        Files.writeString(home.resolve("LICENSE.txt"), "Terms.");
        Files.writeString(home.resolve("README.md"), "---\nlicense: mit\n---\n");

        StoredModel added = store.add(source, "tiny");

        assertThat(store.manifest("tiny").terms())
                .isEqualTo(new ModelTerms("", List.of(new ModelTerms.Document("LICENSE.txt", "Terms."))));
        assertThat(store.manifest("tiny").files())
                .containsExactly(new ModelManifest.Entry("tiny.gguf", Files.size(source), added.digest()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "license: apache-2.0 § apache-2.0",
                "license:\\n- mit\\n- apache-2.0 § mit",
                "license: [mit] § mit",
                "license: other\\nlicense_name: tongyi § tongyi",
                "license: other § other",
                "licenses: x § ''",
                "title: x § ''"
            })
    void theCardNamesTheLicence(String matter, String licence) throws IOException {
        Path source = copyOfTiny();
        Files.writeString(source.resolve("README.md"), "---\n%s\n---\n".formatted(matter.replace("\\n", "\n")));

        store.add(source, "tiny");

        assertThat(store.manifest("tiny").terms().licence()).isEqualTo(licence);
    }

    @Test
    void aDamagedManifestIsNamed() throws IOException {
        store.add(TINY, "tiny");
        Path manifest = store.folder().resolve(".manifests/tiny.json");
        Files.writeString(manifest, "{");

        assertThatThrownBy(() -> store.manifest("tiny"))
                .isInstanceOf(ModelStoreException.class)
                .hasMessageStartingWith("The manifest " + manifest + " is damaged (")
                .hasMessageEndingWith("). Delete it, or add the model again.");
        assertThat(store.manifest("never added")).isEqualTo(ModelManifest.NONE);
    }

    private Path copyOfTiny() throws IOException {
        Path copy = Files.createDirectories(home.resolve("source"));
        try (Stream<Path> files = Files.list(TINY)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
