package dev.kvasir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Broken and odd files of the goldens: refused with one clear error, or read as the base that they were made from. */
class ModelFilesGoldenIT {

    private static final Path FOLDER = Goldens.path("models/malformed");
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @TempDir
    private Path temporary = Path.of("");

    @TestFactory
    List<DynamicTest> brokenFilesAndFoldersAreRefused() {
        if (!Files.isRegularFile(FOLDER.resolve("manifest.json"))) {
            return List.of();
        }
        open(FOLDER.resolve("base")).close();
        JsonNode manifest = Goldens.json(FOLDER.resolve("manifest.json"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : manifest.get("files")) {
            tests.add(test(entry, "file", path -> refused(model(path))));
        }
        for (JsonNode entry : manifest.get("folders")) {
            tests.add(test(entry, "folder", ModelFilesGoldenIT::refused));
        }
        for (JsonNode entry : manifest.get("valid")) {
            tests.add(test(entry, "file", path -> equalToTheBase(model(path))));
        }
        return tests;
    }

    private interface Check {
        void of(Path path);
    }

    private static DynamicTest test(JsonNode entry, String key, Check check) {
        String name = entry.get(key).asString();
        Path path = FOLDER.resolve(name);
        return Files.exists(path) ? DynamicTest.dynamicTest(name, () -> check.of(path)) : Goldens.missing(path);
    }

    /** A broken safetensors file stands for that of the base folder. */
    private Path model(Path file) {
        if (file.toString().endsWith(".gguf")) {
            return file;
        }
        Path folder = temporary.resolve(file.getFileName().toString());
        try (Stream<Path> files = Files.list(FOLDER.resolve("base"))) {
            Files.createDirectory(folder);
            for (Path part : files.toList()) {
                Files.copy(part, folder.resolve(part.getFileName().toString()));
            }
            Files.copy(file, folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private static void refused(Path model) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> {
                    try (Checkpoint checkpoint = open(model)) {
                        checkpoint.chatTemplate().orElseThrow().render(question());
                    }
                })
                .isInstanceOfAny(ModelInvalidException.class, ChatTemplateException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    }

    private static ChatInput question() {
        return ChatInput.prompt(List.of(ChatInput.message("user", "Hello")));
    }

    private static Checkpoint open(Path model) {
        Checkpoint checkpoint = Checkpoint.open(model);
        try {
            checkpoint.tokenizer();
            checkpoint.chatTemplate();
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static void equalToTheBase(Path model) {
        Path original = FOLDER.resolve(model.toString().endsWith(".gguf") ? "base.gguf" : "base");
        try (Checkpoint odd = open(model);
                Checkpoint base = open(original)) {
            assertThat(odd.config()).isEqualTo(base.config());
            assertThat(odd.weights().names()).isEqualTo(base.weights().names());
            for (String name : base.weights().names()) {
                assertThat(floats(odd, name)).as(name).isEqualTo(floats(base, name));
            }
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        FloatBuffer floats =
                FloatBuffer.allocate((int) checkpoint.weights().shape(name).elements());
        checkpoint.weights().readFloats(name, floats);
        return floats.array();
    }
}
