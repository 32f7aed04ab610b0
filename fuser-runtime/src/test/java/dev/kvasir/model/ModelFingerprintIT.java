package dev.kvasir.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.Goldens;
import dev.kvasir.pocket.PocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFingerprintIT {

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource({
        "config.json, true, false",
        "model.safetensors, true, false",
        "tokenizer.json, false, true",
        "tokenizer_config.json, false, true",
        "chat_template.jinja, false, false",
        "generation_config.json, false, false"
    })
    void aFileChangesWhatItIsPartOf(String file, boolean weights, boolean tokenizer) throws IOException {
        PocketPair.install(home);
        Path model = home.resolve("models").resolve(PocketPair.RECEIVER);
        ModelFingerprint before = ModelFingerprint.of(model);
        Files.writeString(model.resolve(file), " ", StandardOpenOption.APPEND);
        ModelFingerprint after = ModelFingerprint.of(model);

        assertThat(after.weights().equals(before.weights())).isEqualTo(!weights);
        assertThat(after.tokenizer().equals(before.tokenizer())).isEqualTo(!tokenizer);
        assertThat(before.weights()).matches("[0-9a-f]{64}");
    }

    @Test
    void aGgufFileHasTheHashOfItsBytesAndItsVocabularysOwn() {
        Path llama = Goldens.path("models/gguf/llama-3.2-q8_0.gguf");
        Path qwen = Goldens.path("models/gguf/qwen3-q4_mix.gguf");

        assertThat(ModelFingerprint.of(llama)).isEqualTo(ModelFingerprint.of(llama));
        assertThat(ModelFingerprint.of(llama).weights()).isEqualTo(ModelStore.digest(llama));
        assertThat(ModelFingerprint.of(llama).tokenizer())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(ModelFingerprint.of(llama).weights())
                .isNotEqualTo(ModelFingerprint.of(qwen).tokenizer());
    }
}
