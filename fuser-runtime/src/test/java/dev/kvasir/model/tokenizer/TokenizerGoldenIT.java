package dev.kvasir.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.Goldens;
import dev.kvasir.model.Encoding;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.TextSpan;
import dev.kvasir.model.TokenStream;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Tokenizer.DecodedSpecials;
import dev.kvasir.model.Tokenizer.SpecialTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Tokenizers of folders give the reference's ids and texts. */
class TokenizerGoldenIT {

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
                            : Goldens.absent(folder.toString()));
        }
        return tests.isEmpty() ? Stream.of(Goldens.absent("models/tokenizers")) : tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> aRealTokenizerEqualsTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : Goldens.jsonFiles("models/real-tokenizers")) {
            Path folder = home().resolve("tokenizers").resolve(Goldens.name(file));
            if (Files.isDirectory(folder)) {
                tests.add(DynamicTest.dynamicTest(Goldens.name(file), () -> check(folder, Goldens.json(file))));
            } else if (!Files.exists(home().resolve("models"))) {
                tests.add(Goldens.absent(folder.toString()));
            }
        }
        return tests.isEmpty() ? Stream.of(Goldens.absent("models/real-tokenizers")) : tests.stream();
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
            return Stream.of(Goldens.absent(manifest.toString()));
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
