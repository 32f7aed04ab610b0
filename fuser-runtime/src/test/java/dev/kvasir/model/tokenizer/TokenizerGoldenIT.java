package dev.kvasir.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.PromptText;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokenizers of folders give the reference's ids and texts. */
class TokenizerGoldenIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ROWS = 1_000_000;

    @TestFactory
    Stream<DynamicTest> aFoldersTokenizerEqualsTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/tokenizers")) {
            String name = Goldens.name(file);
            Path folder = Goldens.path("models/models/" + name);
            tests.add(
                    Files.isDirectory(folder)
                            ? DynamicTest.dynamicTest(name, () -> check(folder, Goldens.json(file)))
                            : Goldens.missing(folder));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> aGgufFilesTokenizerEqualsItsFolders() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/gguf")) {
            Path gguf = file.resolveSibling(Goldens.name(file) + ".gguf");
            Path golden = Goldens.path(
                    "models/tokenizers/" + Goldens.json(file).path("from").asString("none") + ".json");
            if (Files.exists(golden)) {
                tests.add(
                        DynamicTest.dynamicTest(Goldens.name(file), () -> checkCheckpoint(gguf, Goldens.json(golden))));
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> aRealTokenizerEqualsTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/real-tokenizers")) {
            String name = Goldens.name(file);
            Path folder = home().resolve("tokenizers").resolve(name);
            Optional<Path> gguf = ggufStartingWith(name);
            if (Files.isDirectory(folder)) {
                tests.add(DynamicTest.dynamicTest(name, () -> check(folder, Goldens.json(file))));
            } else if (gguf.isPresent()) {
                tests.add(DynamicTest.dynamicTest(name, () -> checkCheckpoint(gguf.get(), Goldens.json(file))));
            } else {
                tests.add(Goldens.missing(
                        "the vocabulary of " + name,
                        "Put its tokenizer.json into " + folder + ", or set KVASIR_HOME."));
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> aRealModelReadsItsPromptsAsTheReferenceDoes() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("real")) {
            JsonNode golden = Goldens.json(file);
            Path gguf =
                    home().resolve("models").resolve(golden.at("/model/file").asString());
            tests.add(
                    Files.exists(gguf)
                            ? DynamicTest.dynamicTest(Goldens.name(file), () -> checkPrompts(gguf, golden))
                            : Goldens.missing(gguf.toString(), "Put the model there, or set KVASIR_HOME."));
        }
        return tests.stream();
    }

    private static void checkPrompts(Path gguf, JsonNode golden) {
        try (Checkpoint checkpoint = Checkpoint.open(gguf)) {
            Tokenizer tokenizer = checkpoint.tokenizer();
            for (JsonNode text : golden.get("tokenizer")) {
                assertThat(tokenizer
                                .encode(text.get("text").asString(), SpecialTokens.OMIT)
                                .ids())
                        .isEqualTo(Goldens.integers(text.get("ids")));
            }
            for (JsonNode prompt : golden.get("prompts")) {
                boolean chat = prompt.get("kind").asString().equals("chat");
                SpecialTokens around = chat ? SpecialTokens.OMIT : SpecialTokens.ADD;
                assertThat(tokenizer
                                .encode(prompt.get("text").asString(), around)
                                .ids())
                        .isEqualTo(Goldens.integers(prompt.get("ids")));
                if (chat && checkpoint.chatTemplate().isPresent()) {
                    checkChat(checkpoint, prompt);
                }
            }
        }
    }

    private static void checkChat(Checkpoint checkpoint, JsonNode golden) {
        PromptText prompt = checkpoint
                .chatTemplate()
                .orElseThrow()
                .prompt(ChatInput.prompt(JSON.convertValue(golden.get("messages"), new TypeReference<>() {})));
        assertThat(prompt.text()).isEqualTo(golden.get("text").asString());
        assertThat(checkpoint.tokenizer().encode(prompt, SpecialTokens.OMIT).ids())
                .isEqualTo(Goldens.integers(golden.get("ids")));
    }

    private static Optional<Path> ggufStartingWith(String name) {
        Path models = home().resolve("models");
        if (!Files.isDirectory(models)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(models)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name)
                            && file.toString().endsWith(".gguf"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkCheckpoint(Path gguf, JsonNode golden) {
        try (Checkpoint checkpoint = Checkpoint.open(gguf)) {
            TokenizerCases.check(checkpoint.tokenizer(), golden);
        }
    }

    private static Path home() {
        String home = System.getenv("KVASIR_HOME");
        return home == null ? Path.of(System.getProperty("user.home"), ".kvasir") : Path.of(home);
    }

    private static void check(Path folder, JsonNode golden) {
        try (Tokenizer tokenizer = TokenizerFolder.open(folder, ROWS)) {
            TokenizerCases.check(tokenizer, golden);
        }
    }

    @TestFactory
    Stream<DynamicTest> aBrokenTokenizerIsRefused() {
        Path manifest = Goldens.path("models/malformed/manifest.json");
        if (!Files.exists(manifest)) {
            return Stream.empty();
        }
        return StreamSupport.stream(Goldens.json(manifest).get("folders").spliterator(), false)
                .filter(broken -> broken.get("changed").toString().contains("tokenizer.json"))
                .map(broken -> DynamicTest.dynamicTest(broken.get("folder").asString(), () -> refused(broken)));
    }

    private static void refused(JsonNode broken) {
        Path folder = Goldens.path("models/malformed/" + broken.get("folder").asString());
        long start = System.nanoTime();
        assertThatThrownBy(() -> TokenizerFolder.open(folder, 24).close())
                .as(broken.get("fault").asString())
                .isInstanceOf(ModelInvalidException.class)
                .hasMessageContaining("tokenizer.json");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    /** One golden file against one tokenizer. */
    static final class TokenizerCases {

        private TokenizerCases() {}

        static void check(Tokenizer tokenizer, JsonNode golden) {
            for (JsonNode text : golden.get("cases")) {
                checkText(tokenizer, text);
            }
            for (JsonNode ids : golden.get("decode")) {
                checkIds(tokenizer, ids);
            }
        }

        private static void checkText(Tokenizer tokenizer, JsonNode golden) {
            String text = golden.get("text").asString();
            String name = "number " + golden.get("number");
            Encoding encoding = tokenizer.encode(text, SpecialTokens.OMIT);
            assertThat(encoding.ids()).as(name).isEqualTo(Goldens.integers(golden.get("ids")));
            JsonNode withSpecial = golden.has("ids_with_special") ? golden.get("ids_with_special") : golden.get("ids");
            assertThat(tokenizer.encode(text, SpecialTokens.ADD).ids())
                    .as(name)
                    .isEqualTo(Goldens.integers(withSpecial));
            assertThat(tokenizer.decode(encoding.ids(), DecodedSpecials.KEEP))
                    .as(name)
                    .isEqualTo(golden.get("decoded").asString());
            if (golden.has("decoded_without_special")) {
                assertThat(tokenizer.decode(encoding.ids(), DecodedSpecials.DROP))
                        .as(name)
                        .isEqualTo(golden.get("decoded_without_special").asString());
            }
            checkOffsets(text, encoding);
        }

        private static void checkOffsets(String text, Encoding encoding) {
            int from = 0;
            for (TextSpan span : encoding.offsets()) {
                assertThat(span.start()).isGreaterThanOrEqualTo(from);
                assertThat(span.end()).isLessThanOrEqualTo(text.length());
                from = span.start();
            }
        }

        private static void checkIds(Tokenizer tokenizer, JsonNode golden) {
            List<Integer> ids = Goldens.integers(golden.get("ids"));
            if (golden.has("text")) {
                assertThat(tokenizer.decode(ids, DecodedSpecials.KEEP))
                        .isEqualTo(golden.get("text").asString());
            }
            if (golden.has("text_without_special")) {
                assertThat(tokenizer.decode(ids, DecodedSpecials.DROP))
                        .isEqualTo(golden.get("text_without_special").asString());
            }
            if (golden.has("stream_parts")) {
                TokenStream stream = tokenizer.stream(DecodedSpecials.KEEP);
                assertThat(ids.stream().map(stream::next).toList())
                        .isEqualTo(Goldens.strings(golden.get("stream_parts")));
            }
            if (golden.has("decode_of_prefixes")) {
                List<String> prefixes = Goldens.strings(golden.get("decode_of_prefixes"));
                for (int i = 0; i < prefixes.size(); i++) {
                    assertThat(tokenizer.decode(ids.subList(0, i + 1), DecodedSpecials.KEEP))
                            .isEqualTo(prefixes.get(i));
                }
            }
        }
    }
}
