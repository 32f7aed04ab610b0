package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader of foreign files under Jazzer, a minute each; {@code -Dkvasir.fuzz.seconds=N} gives each more or less,
 * {@code -Dkvasir.fuzz.only=GGUF,PICKLE} runs some.
 */
@Tag("nightly")
class CoverageFuzzNightlyIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("readers")
    void inputsThatTakeNewWaysAreReadOrRefused(ForeignReader reader) throws IOException, InterruptedException {
        new CoverageFuzzing(reader.shown(), CoverageTarget.class)
                .run(
                        Samples.of(reader).values(),
                        words(reader),
                        Duration.ofSeconds(Long.getLong("kvasir.fuzz.seconds", 60)),
                        "-Dkvasir.fuzz.reader=" + reader.name(),
                        "-Dkvasir.fuzz.folder=" + Files.createDirectories(folder.resolve("reads")),
                        "-Djazzer.disabled_hooks=" + blindTo(reader));
    }

    /** A tokenizer's file brings regular expressions; they are compiled, judged by their text, and never run in Java. */
    private static String blindTo(ForeignReader reader) {
        return reader == ForeignReader.TOKENIZER ? "com.code_intelligence.jazzer.sanitizers.RegexInjection" : "";
    }

    @Test
    void aPlantedFaultIsFoundAndItsInputKept() throws IOException {
        assertThatThrownBy(() -> new CoverageFuzzing("planted-fault", PlantedFault.class)
                        .run(List.of(new byte[5]), List.of(), Duration.ofSeconds(60)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("planted-fault finds nothing")
                .hasMessageContaining("java.lang.IllegalStateException: planted")
                .hasMessageContaining("fuzz-findings/planted-fault-crash-");
        List<Path> kept = plantedFindings();
        assertThat(kept)
                .isNotEmpty()
                .allSatisfy(input ->
                        assertThat(Files.readAllBytes(input)).startsWith("fault".getBytes(StandardCharsets.US_ASCII)));
        for (Path input : kept) {
            Files.delete(input);
        }
    }

    private static List<Path> plantedFindings() throws IOException {
        try (Stream<Path> findings = Files.list(Fuzzing.KEPT)) {
            return findings.filter(file -> file.getFileName().toString().startsWith("planted-fault-crash-"))
                    .toList();
        }
    }

    static List<ForeignReader> readers() {
        String only = System.getProperty("kvasir.fuzz.only", "");
        return only.isEmpty()
                ? List.of(ForeignReader.values())
                : Stream.of(only.split(",")).map(ForeignReader::valueOf).toList();
    }

    private static List<String> words(ForeignReader reader) {
        return switch (reader) {
            case SAFETENSORS, GGUF, PICKLE_ZIP, PICKLE -> List.of();
            case SAFETENSORS_HEADER, INDEX, CONFIG, SETTINGS, TOKENIZER, FUSER_FOLDER, FUSER_DESCRIPTION ->
                TextMutator.JSON_VALUES;
            case TEMPLATE -> TextMutator.JINJA_PIECES;
        };
    }
}
