package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fuzzing found once, by name; the inputs lie in {@code src/test/resources/fuzzing}. */
class FoundByFuzzingIT {

    @TempDir
    private Path folder;

    @Test
    void aTextOfControlCharactersIsPrintedInLittleMemory() throws IOException {
        readOrRefused(ForeignReader.TEMPLATE, "control-characters-in-a-tuple.jinja");
    }

    @Test
    void aTextBeyondAsciiIsWrittenAsJsonInLittleMemory() throws IOException {
        readOrRefused(ForeignReader.TEMPLATE, "beyond-ascii-as-json.jinja");
    }

    @Test
    void aDescriptionOfAFuserWithoutAnAblationIsRefused() throws IOException {
        readOrRefused(ForeignReader.FUSER_DESCRIPTION, "ablation-null.json");
    }

    private void readOrRefused(ForeignReader reader, String name) throws IOException {
        byte[] input = Samples.bytes(Samples.KEPT.resolve(reader.shown()).resolve(name));
        assertThat(reader.judge().judge(input, bytes -> reader.read(folder, bytes)))
                .isEmpty();
    }
}
