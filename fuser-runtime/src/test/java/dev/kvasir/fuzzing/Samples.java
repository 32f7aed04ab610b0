package dev.kvasir.fuzzing;

import dev.kvasir.fuser.FuserCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What fuzzing starts from: the small files, valid and malformed, that the tests carry, and the inputs that showed a
 * fault once, in {@code src/test/resources/fuzzing/<reader>}.
 */
final class Samples {

    static final Path GOLDEN = Path.of("src/test/resources/golden");
    static final Path MODELS = GOLDEN.resolve("models");
    static final Path BASE = MODELS.resolve("malformed/base");
    static final Path FUSER = GOLDEN.resolve("c2c/negative/00-valid");
    static final Path KEPT = Path.of("src/test/resources/fuzzing");
    static final Path PICKLED = FUSER.resolve("final/projector_0.pt");
    static final String PICKLE = "data.pkl";
    static final String DESCRIPTION = "kvasir.fuser";

    /** Larger ones slow fuzzing down. */
    static final int MAX_BYTES = 20_000;

    private static final Path FUSERS = GOLDEN.resolve("c2c/negative");

    private Samples() {}

    /** Contents by a name for people; none is there twice. */
    static Map<String, byte[]> of(ForeignReader reader) {
        Map<String, byte[]> samples = new LinkedHashMap<>(own(reader));
        Path kept = KEPT.resolve(reader.shown());
        if (Files.isDirectory(kept)) {
            filesBelow(kept).forEach(file -> samples.put(file.getFileName().toString(), bytes(file)));
        }
        Set<ByteBuffer> seen = new HashSet<>();
        samples.values().removeIf(sample -> sample.length > MAX_BYTES || !seen.add(ByteBuffer.wrap(sample)));
        return samples;
    }

    private static Map<String, byte[]> own(ForeignReader reader) {
        return switch (reader) {
            case SAFETENSORS ->
                files(MODELS.resolve("malformed"), file -> file.toString().endsWith(".safetensors"));
            case SAFETENSORS_HEADER -> headers();
            case INDEX -> files(MODELS, named("model.safetensors.index.json"));
            case GGUF -> files(MODELS, file -> file.toString().endsWith(".gguf"));
            case PICKLE_ZIP -> files(FUSERS, file -> file.toString().endsWith(".pt"));
            case PICKLE -> pickles();
            case CONFIG -> files(MODELS, named("config.json"));
            case SETTINGS -> files(MODELS, named("generation_config.json").or(named("tokenizer_config.json")));
            case TOKENIZER -> files(MODELS, named("tokenizer.json"));
            case TEMPLATE -> templates();
            case FUSER_FOLDER ->
                files(FUSERS, file -> file.toString().endsWith(".json") && !file.endsWith("cases.json"));
            case FUSER_DESCRIPTION -> Map.of("description", utf8(description()));
        };
    }

    private static Map<String, byte[]> headers() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        of(ForeignReader.SAFETENSORS).forEach((name, file) -> {
            if (file.length > Long.BYTES && file[3] == 0 && file[7] == 0 && Wrapping.dataStart(file) <= file.length) {
                headers.put(name, Wrapping.header(file));
            }
        });
        return headers;
    }

    private static Map<String, byte[]> pickles() {
        Map<String, byte[]> pickles = new LinkedHashMap<>();
        of(ForeignReader.PICKLE_ZIP).keySet().forEach(name -> {
            Path file = FUSERS.resolve(name);
            if (Files.exists(file)) {
                pickle(file).ifPresent(pickle -> pickles.put(name, pickle));
            }
        });
        return pickles;
    }

    /** Some of the malformed archives are none for Java either. */
    private static Optional<byte[]> pickle(Path file) {
        try {
            return entries(file).entrySet().stream()
                    .filter(entry -> entry.getKey().endsWith(PICKLE))
                    .map(Map.Entry::getValue)
                    .findFirst();
        } catch (UncheckedIOException notForJava) {
            return Optional.empty();
        }
    }

    private static Map<String, byte[]> templates() {
        Map<String, byte[]> templates =
                new LinkedHashMap<>(files(MODELS, file -> file.toString().endsWith(".jinja")));
        files(MODELS, named("tokenizer_config.json")).forEach((name, json) -> {
            JsonNode template = JsonMapper.shared().readTree(json).path("chat_template");
            templates.put(name, utf8(template.asString("")));
        });
        TextMutator.JINJA_PIECES.forEach(piece -> templates.put(piece, utf8(piece)));
        return templates;
    }

    /** How a fuser's own file describes it. */
    static String description() {
        JsonNode header = JsonMapper.shared().readTree(Wrapping.header(describedFuser()));
        return header.path("__metadata__").path(DESCRIPTION).stringValue();
    }

    /** A fuser as one file that describes itself. */
    static byte[] describedFuser() {
        try (FuserCheckpoint pickled = FuserCheckpoint.openPickled(FUSER)) {
            Path folder = Files.createTempDirectory("fuser");
            pickled.save(folder);
            Path file = folder.resolve("fuser.safetensors");
            byte[] made = bytes(file);
            Files.delete(file);
            Files.delete(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, byte[]> entries(Path file) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    private static Predicate<Path> named(String name) {
        return file -> file.endsWith(name);
    }

    private static Map<String, byte[]> files(Path folder, Predicate<Path> wanted) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        filesBelow(folder).stream()
                .filter(wanted)
                .forEach(file -> files.put(folder.relativize(file).toString(), bytes(file)));
        return files;
    }

    static List<Path> filesBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
