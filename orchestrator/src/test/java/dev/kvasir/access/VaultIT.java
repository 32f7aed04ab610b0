package dev.kvasir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultIT {

    @TempDir
    private Path folder;

    @Test
    void whatIsSealedCanBeOpenedForTheSamePlaceOnly() {
        Vault vault = vault("a.key");

        String sealed = vault.seal("whsec_x", "one");

        assertThat(sealed).doesNotContain("whsec_x").isNotEqualTo(vault.seal("whsec_x", "one"));
        assertThat(vault.open(sealed, "one")).isEqualTo("whsec_x");
        assertThatThrownBy(() -> vault.open(sealed, "two"))
                .isInstanceOf(VaultException.class)
                .hasMessage("A stored secret cannot be opened: it was changed, or belongs elsewhere. Set a new one.");
        assertThatThrownBy(() -> vault.open("whsec_x", "one"))
                .hasMessage("A stored secret is not sealed as it should be. Set a new one.");
    }

    @Test
    void theKeyFileIsMadeForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("sub/b.key");

        new Vault(new VaultProperties(file)).seal("x", "one");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file.getParent()).isDirectoryContaining(other -> other.equals(file));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void serversThatStartTogetherHaveOneKey() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<String>> sealed = IntStream.range(0, 8)
                    .mapToObj(number -> threads.submit(() -> vault("c.key").seal("s" + number, "one")))
                    .toList();
            for (int number = 0; number < 8; number++) {
                assertThat(vault("c.key").open(sealed.get(number).get(), "one")).isEqualTo("s" + number);
            }
        }
    }

    @Test
    void aNewKeyGoesBeforeTheOldOnesWhichStillOpen() throws IOException {
        String old = vault("d.key").seal("x", "one");
        String oldKey = Files.readString(folder.resolve("d.key"));
        vault("e.key").seal("x", "one");
        Files.writeString(folder.resolve("d.key"), Files.readString(folder.resolve("e.key")) + "\n" + oldKey);
        Vault vault = vault("d.key");

        assertThat(vault.open(old, "one")).isEqualTo("x");
        assertThat(vault.isCurrent(old)).isFalse();
        assertThat(vault.isCurrent(vault.seal("x", "one"))).isTrue();
        assertThatThrownBy(() -> vault("e.key").open(old, "one"))
                .hasMessage(
                        "A stored secret was sealed by key " + old.substring(3, 11)
                                + ", which is not in the key file (kvasir.secrets.key-file). Add that key, or set a new secret.");
    }

    @Test
    void aKeyFileThatOthersMayReadOrThatHoldsNoKeyIsRefused() throws IOException {
        vault("f.key").seal("x", "one");
        Path file = folder.resolve("f.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> vault("f.key").seal("x", "one"))
                .isInstanceOf(VaultException.class)
                .hasMessage("The key file " + file
                        + " of kvasir.secrets.key-file may be read by others than its owner; run chmod 600 on it.");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (var wrong : List.of(
                List.of("", "has no key; put in 32 random bytes in Base64"),
                List.of("AAAA", "has a key 1 that is not of 32 bytes"),
                List.of("not base64!", "has a key 1 that is not Base64"))) {
            Files.writeString(file, wrong.getFirst());
            assertThatThrownBy(() -> vault("f.key").seal("x", "one"))
                    .hasMessage("The key file " + file + " of kvasir.secrets.key-file " + wrong.getLast() + ".");
        }
    }

    private Vault vault(String file) {
        return new Vault(new VaultProperties(folder.resolve(file)));
    }
}
