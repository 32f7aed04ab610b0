package dev.kvasir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckpointIT {

    private static final Path BASE = Path.of("src/test/resources/golden/models/malformed");

    @Test
    void aFolderAndAFileOfOneModelReadTextAlike() {
        try (Checkpoint folder = Checkpoint.open(BASE.resolve("base"));
                Checkpoint file = Checkpoint.open(BASE.resolve("base.gguf"))) {
            assertThat(folder.tokenizer().encodePlain("ab").ids())
                    .isNotEmpty()
                    .isEqualTo(file.tokenizer().encodePlain("ab").ids());
            assertThat(folder.tokenizer()).isSameAs(folder.tokenizer());
        }
    }
}
