package dev.kvasir.pool;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where models lie, and how often they are looked at.
 *
 * @param home the folder with {@code models} and {@code fusers}; {@code KVASIR_HOME}, else {@code ~/.kvasir}, when absent
 * @param look how often the folders are looked at
 */
@ConfigurationProperties("kvasir.pool")
record PoolProperties(
        @Nullable Path home, @DefaultValue("5s") Duration look) {

    Path folder() {
        if (home != null) {
            return home;
        }
        String named = System.getenv("KVASIR_HOME");
        return named == null || named.isBlank() ? Path.of(System.getProperty("user.home"), ".kvasir") : Path.of(named);
    }
}
