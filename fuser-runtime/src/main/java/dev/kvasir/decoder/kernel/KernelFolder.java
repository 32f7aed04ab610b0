package dev.kvasir.decoder.kernel;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is remembered what was found out about kernels: the system property {@code kvasir.kernels}, else {@code
 * kernels} in {@code KVASIR_HOME}, else in {@code ~/.kvasir}. What cannot be written there is found out again.
 */
final class KernelFolder {
    private static final Logger log = LoggerFactory.getLogger(KernelFolder.class);

    private KernelFolder() {}

    static Path path() {
        String property = System.getProperty("kvasir.kernels", "");
        if (!property.isEmpty()) {
            return Path.of(property);
        }
        String home = System.getenv("KVASIR_HOME");
        boolean named = home != null && !home.isBlank();
        return (named ? Path.of(home) : Path.of(System.getProperty("user.home"), ".kvasir")).resolve("kernels");
    }

    /** What a file says; empty if there is none that can be read. */
    static Optional<Properties> read(String name) {
        Path file = path().resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
            return Optional.of(values);
        } catch (IOException | IllegalArgumentException unreadable) {
            log.warn("{} cannot be read ({}); what it held is found out again", file, unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** Writes a file whole or not at all. */
    static void write(String name, Properties values) {
        Path file = path().resolve(name);
        try {
            Files.createDirectories(path());
            Path part = Files.createTempFile(path(), name, ".part");
            try (Writer writer = Files.newBufferedWriter(part)) {
                values.store(writer, null);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            log.warn(
                    "{} cannot be written ({}); its content is found out again next time",
                    file,
                    unwritable.getMessage());
        }
    }
}
