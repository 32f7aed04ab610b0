package dev.kvasir.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * By which keys secrets are sealed that must be read again.
 *
 * @param keyFile holds them, a line each, the newest first; the same on every server, readable by its owner alone. When absent,
 *     {@code secrets.key} in {@code KVASIR_HOME}, else in {@code ~/.kvasir}. It is made when it is not there
 */
@ConfigurationProperties("kvasir.secrets")
record VaultProperties(@Nullable Path keyFile) {

    Path file() {
        if (keyFile != null) {
            return keyFile;
        }
        String named = System.getenv("KVASIR_HOME");
        Path home =
                named == null || named.isBlank() ? Path.of(System.getProperty("user.home"), ".kvasir") : Path.of(named);
        return home.resolve("secrets.key");
    }
}
