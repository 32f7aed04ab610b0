package dev.kvasir.hop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The secret by which this installation's workers seal and blur caches: that of the key file, else the database's, which the first
 * who asks makes. A file is read at once; the database when it is first asked for, since it may come later than its workers. Safe for
 * several threads.
 */
public final class InstallationSecret {

    private static final String NAME = "cache";
    private static final int LEAST = 32;
    private static final int MOST = 1024;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final JdbcClient jdbc;
    private byte @Nullable [] known;

    /**
     * Of a file or a database.
     *
     * @param keyFile null for the database's secret
     * @throws IllegalStateException if the key file cannot be used, saying why
     */
    public InstallationSecret(JdbcClient jdbc, @Nullable Path keyFile) {
        this.jdbc = jdbc;
        this.known = keyFile == null ? null : ofFile(keyFile);
    }

    /** At least 32 bytes; the caller's own copy. */
    public synchronized byte[] bytes() {
        byte[] secret = known;
        if (secret == null) {
            secret = ofDatabase();
            known = secret;
        }
        return secret.clone();
    }

    private byte[] ofDatabase() {
        byte[] fresh = new byte[LEAST];
        new SecureRandom().nextBytes(fresh);
        jdbc.sql("INSERT INTO server_secret (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")
                .param("name", NAME)
                .param("value", fresh)
                .update();
        return jdbc.sql("SELECT value FROM server_secret WHERE name = :name")
                .param("name", NAME)
                .query((row, number) -> row.getBytes(1))
                .single();
    }

    /** White space at its end does not count, so that an editor's last line break makes no other key. */
    private static byte[] ofFile(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw refused(file, "is not there, or is no file");
            }
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw refused(file, "may be read by others than its owner; run chmod 600 on it");
            }
            if (Files.size(file) > MOST) {
                throw refused(file, "has more than " + MOST + " bytes");
            }
            byte[] secret = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .stripTrailing()
                    .getBytes(StandardCharsets.ISO_8859_1);
            if (secret.length < LEAST) {
                throw refused(file, "has %d bytes; it needs at least %d random ones".formatted(secret.length, LEAST));
            }
            return secret;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "The key file " + file + " of kvasir.hop.key-file cannot be read", unreadable);
        }
    }

    private static IllegalStateException refused(Path file, String why) {
        return new IllegalStateException("The key file %s of kvasir.hop.key-file %s.".formatted(file, why));
    }
}
