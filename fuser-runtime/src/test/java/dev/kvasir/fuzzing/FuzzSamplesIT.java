package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What fuzzing starts from is no finding itself. */
class FuzzSamplesIT {

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> samplesAreReadOrRefused() {
        return Stream.of(ForeignReader.values())
                .flatMap(reader -> Samples.of(reader).entrySet().stream()
                        .map(sample -> DynamicTest.dynamicTest(
                                reader.shown() + ": " + sample.getKey(),
                                () -> readOrRefused(reader, sample.getValue()))));
    }

    private void readOrRefused(ForeignReader reader, byte[] input) throws IOException {
        Path own = Files.createDirectories(folder.resolve(reader.shown()));
        assertThat(reader.judge().judge(input, bytes -> reader.read(own, bytes)))
                .isEmpty();
    }
}
