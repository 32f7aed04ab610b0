package dev.kvasir.cli;

import dev.kvasir.model.ModelStore;
import java.nio.file.Path;

/**
 * The folder where this machine's models, fusers and database lie: {@code KVASIR_HOME}, else {@code ~/.kvasir}.
 *
 * @param folder absolute; made by whoever first writes into it
 */
public record KvasirHome(Path folder) {

    static final String VARIABLE = "KVASIR_HOME";

    /** The home as the environment names it. */
    public static KvasirHome locate() {
        String named = System.getenv(VARIABLE);
        Path folder =
                named == null || named.isBlank() ? Path.of(System.getProperty("user.home"), ".kvasir") : Path.of(named);
        return new KvasirHome(folder.toAbsolutePath().normalize());
    }

    public ModelStore models() {
        return new ModelStore(folder.resolve("models"));
    }

    public Path fusers() {
        return folder.resolve("fusers");
    }
}
