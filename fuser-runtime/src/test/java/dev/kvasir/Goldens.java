package dev.kvasir;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of golden numbers: the system property {@code kvasir.goldens}, else the subset that lies beside the tests.
 * A kind of golden number that the folder does not have is not tested; a case that it names and lacks fails.
 */
public final class Goldens {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Goldens() {}

    public static Path root() {
        String folder = System.getProperty("kvasir.goldens", "");
        return folder.isEmpty() ? Path.of("src", "test", "resources", "golden") : Path.of(folder);
    }

    public static Path path(String relative) {
        return root().resolve(relative);
    }

    /** The JSON files of a folder, by name; none if the folder is absent. */
    public static List<Path> jsonFiles(String folder) {
        if (!Files.isDirectory(path(folder))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(Path file) {
        return JSON.readTree(file.toFile());
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's name without its ending. */
    public static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    public static List<Integer> integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    public static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    /** A test that fails because something its folder's index names is not there. */
    public static DynamicTest missing(String what, String remedy) {
        return DynamicTest.dynamicTest("missing: " + what, () -> fail("Missing: " + what + ". " + remedy));
    }

    /** Like {@link #missing(String, String)}, for a file that belongs to the folder itself. */
    public static DynamicTest missing(Path file) {
        return missing(file.toString(), "Add it to the folder of golden numbers, or take it out of the index.");
    }
}
