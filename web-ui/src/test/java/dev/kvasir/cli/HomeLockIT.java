package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockIT {

    @TempDir
    private Path folder;

    @Test
    void aHomeIsOneInstallationsAtATimeAlsoAfterACollection() {
        KvasirHome home = new KvasirHome(folder);
        try (HomeLock held = HomeLock.take(home)) {
            System.gc();

            assertThatThrownBy(() -> HomeLock.take(home))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessage("Kvasir is already running on " + folder
                            + ". Use it, stop it, or set KVASIR_HOME to another folder.");
            assertThat(held).isNotNull();
        }
        HomeLock.take(home).close();
    }
}
