package dev.kvasir.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.database.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where the installation's secret comes from, over a real database. */
class InstallationSecretIT {

    private final JdbcClient jdbc = JdbcClient.create(TestDatabase.migrated().dataSource());

    @TempDir
    private Path folder;

    @Test
    void whoeverAsksFirstMakesItAndAllGetTheSame() {
        byte[] first = new InstallationSecret(jdbc, null).bytes();

        assertThat(first).hasSize(32);
        assertThat(new InstallationSecret(jdbc, null).bytes()).isEqualTo(first);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aKeyFileStandsForTheDatabasesSecretWhichIsThenNeverMade() throws IOException {
        Path file = written("rw-------", "x".repeat(40) + "\n");

        byte[] secret = new InstallationSecret(jdbc, file).bytes();

        assertThat(secret).isEqualTo("x".repeat(40).getBytes(StandardCharsets.UTF_8));
        assertThat(count()).isZero();
    }

    @Test
    void aKeyFileThatOthersMayReadOrThatSaysTooLittleIsRefused() throws IOException {
        Path open = written("rw-r-----", "x".repeat(40));
        assertThatThrownBy(() -> new InstallationSecret(jdbc, open).bytes())
                .hasMessage("The key file " + open
                        + " of kvasir.hop.key-file may be read by others than its owner; run chmod 600 on it.");

        Path brief = written("rw-------", "x".repeat(31) + "\n");
        assertThatThrownBy(() -> new InstallationSecret(jdbc, brief).bytes())
                .hasMessageEndingWith("has 31 bytes; it needs at least 32 random ones.");

        Path none = folder.resolve("none");
        assertThatThrownBy(() -> new InstallationSecret(jdbc, none).bytes())
                .hasMessageEndingWith("is not there, or is no file.");
    }

    private int count() {
        return jdbc.sql("SELECT count(*) FROM server_secret WHERE name = 'cache'")
                .query((row, number) -> row.getInt(1))
                .single();
    }

    private Path written(String rights, String text) throws IOException {
        Path file = folder.resolve(rights);
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }
}
