package dev.kvasir.pocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two tiny models that speak one invented language through different tokenizers, the fuser that leads from one to the other, and a
 * quiz. The sharer knows a made-up house style; the receiver alone can only guess.
 *
 * <p>They lie in this jar; {@link #install} puts them where other models and fusers are.
 */
public final class PocketPair {

    /** The model that knows the house style. */
    public static final String SHARER = "pocket-sharer";

    /** The model that answers. */
    public static final String RECEIVER = "pocket-receiver";

    /** The fuser from {@link #SHARER} to {@link #RECEIVER}. */
    public static final String FUSER = "pocket";

    private static final List<String> MODEL_FILES = List.of(
            "config.json",
            "generation_config.json",
            "chat_template.jinja",
            "tokenizer.json",
            "tokenizer_config.json",
            "model.safetensors");

    private PocketPair() {}

    /**
     * Puts what is absent under {@code models/} and {@code fusers/} of the home; what is there stays as it is. A folder appears
     * whole or not at all, also when several processes install at once.
     *
     * @throws UncheckedIOException if the home cannot be written
     */
    public static void install(Path home) {
        install(SHARER, home.resolve("models").resolve(SHARER), MODEL_FILES);
        install(RECEIVER, home.resolve("models").resolve(RECEIVER), MODEL_FILES);
        install("pocket-fuser", home.resolve("fusers").resolve(FUSER), List.of("fuser.safetensors"));
    }

    /** The quiz as JSON Lines: {@code id}, {@code input.question}, {@code expected}, {@code split}, {@code metadata}. */
    public static String quiz() {
        try (InputStream quiz = resource("quiz.jsonl")) {
            return new String(quiz.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read the pocket quiz from the jar", fault);
        }
    }

    private static void install(String name, Path target, List<String> files) {
        if (Files.exists(target)) {
            return;
        }
        try {
            Path parent = target.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            Path whole = Files.createTempDirectory(parent, ".installing-");
            try {
                for (String file : files) {
                    copy(name + "/" + file, whole.resolve(file));
                }
                move(whole, target);
            } finally {
                delete(whole);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot put the pocket pair into " + target, fault);
        }
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream content = resource(resource)) {
            Files.copy(content, target);
        }
    }

    private static InputStream resource(String name) {
        InputStream content = PocketPair.class.getResourceAsStream(name);
        if (content == null) {
            throw new IllegalStateException("The jar lacks dev/kvasir/pocket/%s; build it again.".formatted(name));
        }
        return content;
    }

    /** Another process may have been faster; then its folder stays. */
    private static void move(Path whole, Path target) throws IOException {
        try {
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException fault) {
            if (!Files.exists(target)) {
                throw fault;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
