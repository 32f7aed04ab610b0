package dev.kvasir.fuzzing;

import dev.kvasir.fuser.pickle.PickleRefusedException;
import dev.kvasir.fuser.pickle.PickledTensors;
import dev.kvasir.model.ChatInput;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.SafetensorsFile;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.model.Weights;
import dev.kvasir.model.tokenizer.TokenizerFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reader of foreign files; the suites below say how many cases from which seed. */
abstract class ReaderFuzzing {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path MODELS = GOLDEN.resolve("models");
    private static final Path BASE = MODELS.resolve("malformed/base");
    private static final Path FUSER = GOLDEN.resolve("c2c/negative/00-valid/final/projector_0.pt");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Set<Class<? extends Throwable>> REFUSED =
            Set.of(ModelInvalidException.class, ChatTemplateException.class);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-07T09:05:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    /** How often the usual number of cases is run. */
    abstract int times();

    abstract long firstSeed();

    @Test
    void safetensors() {
        List<byte[]> valid = files(
                BASE.resolve("model.safetensors"),
                MODELS.resolve("malformed/valid-with-metadata.safetensors"),
                MODELS.resolve("malformed/valid-header-padded-with-spaces.safetensors"));
        fuzz("safetensors", SECOND, 1_000, random -> bytes(random, valid, 1_200), this::readSafetensors);
    }

    @Test
    void headersOfSafetensors() {
        List<byte[]> valid =
                files(BASE.resolve("model.safetensors"), MODELS.resolve("malformed/valid-with-metadata.safetensors"));
        fuzz("safetensors header", SECOND, 1_000, random -> header(random, valid), this::readSafetensors);
    }

    @Test
    void gguf() {
        List<byte[]> valid = files(
                MODELS.resolve("malformed/base.gguf"),
                MODELS.resolve("malformed/base.gguf"),
                MODELS.resolve("malformed/valid-version-2.gguf"),
                MODELS.resolve("gguf/qwen2-q5_mix.gguf"));
        fuzz("gguf", SECOND, 400, random -> bytes(random, valid, 3_000), input -> {
            Path file = Files.write(folder.resolve("model.gguf"), input);
            readModel(file);
        });
    }

    @Test
    void pickledFusers() {
        List<byte[]> valid = files(FUSER);
        Map<String, byte[]> entries = entries(FUSER);
        fuzz("pickle zip", SECOND, 300, random -> bytes(random, valid, 4_000), this::readPickle);
        fuzz("pickle", SECOND, 500, random -> pickle(random, entries), this::readPickle);
    }

    @Test
    void configurations() {
        copy(BASE);
        List<String> valid = texts(BASE.resolve("config.json"), MODELS.resolve("models/gemma3/config.json"));
        fuzz("config", SECOND, 800, random -> json(random, valid), input -> {
            Files.write(folder.resolve("config.json"), input);
            Checkpoint.open(folder).close();
        });
    }

    @Test
    void settingsBesideTheConfiguration() {
        copy(BASE);
        List<String> valid =
                texts(MODELS.resolve("models/gemma3/generation_config.json"), BASE.resolve("tokenizer_config.json"));
        fuzz("settings", SECOND, 100, random -> json(random, valid), input -> {
            Files.write(folder.resolve("generation_config.json"), input);
            Files.write(folder.resolve("tokenizer_config.json"), input);
            readModel(folder);
        });
    }

    @Test
    void tokenizers() {
        List<String> valid = texts(
                BASE.resolve("tokenizer.json"),
                BASE.resolve("tokenizer.json"),
                MODELS.resolve("models/smollm2/tokenizer.json"),
                MODELS.resolve("models/gemma3/tokenizer.json"));
        fuzz("tokenizer", SECOND, 150, random -> json(random, valid), input -> {
            Files.write(folder.resolve("tokenizer.json"), input);
            try (Tokenizer tokenizer = TokenizerFolder.open(folder, 1_000)) {
                speak(tokenizer);
            }
        });
    }

    @Test
    void chatTemplates() {
        List<String> valid = texts(
                MODELS.resolve("templates/smollm2.jinja"),
                MODELS.resolve("templates/qwen2.5.jinja"),
                MODELS.resolve("templates/qwen3.jinja"));
        // A template is cut off after a second of its own.
        fuzz("template", SECOND.multipliedBy(2), 800, random -> template(random, valid), input -> {
            String source = new String(input, StandardCharsets.UTF_8);
            ChatTemplate template = ChatTemplate.compile(source, Map.of("bos_token", "<s>"), CLOCK);
            template.prompt(ChatInput.prompt(
                    List.of(ChatInput.message("system", "Be brief."), ChatInput.message("user", "Hello there"))));
        });
    }

    private void fuzz(String name, Duration limit, int cases, Fuzzing.Maker maker, Fuzzing.Reader reader) {
        Set<Class<? extends Throwable>> refusals =
                name.startsWith("pickle") ? Set.of(PickleRefusedException.class, ModelInvalidException.class) : REFUSED;
        new Fuzzing(name, limit, refusals).run(firstSeed(), cases * times(), maker, reader);
    }

    private void readSafetensors(byte[] input) throws IOException {
        Path file = Files.write(folder.resolve("model.safetensors"), input);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.metadata();
            for (String name : tensors.names()) {
                tensors.readBytes(name);
                if (tensors.entry(name).type().weight()) {
                    tensors.readFloats(
                            name,
                            FloatBuffer.allocate(
                                    Math.toIntExact(tensors.entry(name).shape().elements())));
                }
            }
        }
    }

    private static void readModel(Path model) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            Weights weights = checkpoint.weights();
            for (String name : weights.names()) {
                weights.readFloats(
                        name,
                        FloatBuffer.allocate(Math.toIntExact(weights.shape(name).elements())));
            }
            speak(checkpoint.tokenizer());
            checkpoint.chatTemplate();
        }
    }

    private static void speak(Tokenizer tokenizer) {
        List<Integer> ids = tokenizer
                .encode("Hello, 12 worlds! \u00e9\uD83D\uDE42", Tokenizer.SpecialTokens.ADD)
                .ids();
        tokenizer.decode(ids, Tokenizer.DecodedSpecials.KEEP);
    }

    private void readPickle(byte[] input) throws IOException {
        Path file = Files.write(folder.resolve("fuser.pt"), input);
        try (PickledTensors tensors = PickledTensors.open(file)) {
            for (String name : tensors.names()) {
                tensors.readBytes(name);
                if (tensors.type(name).weight()) {
                    tensors.readFloats(
                            name,
                            FloatBuffer.allocate(
                                    Math.toIntExact(tensors.shape(name).elements())));
                }
            }
        }
    }

    private static byte[] bytes(RandomGenerator random, List<byte[]> valid, int head) {
        return new ByteMutator(random).mutate(pick(random, valid), head, pick(random, valid));
    }

    private static byte[] json(RandomGenerator random, List<String> valid) {
        if (random.nextInt(10) == 0) {
            return bytes(random, valid.stream().map(ReaderFuzzing::utf8).toList(), Integer.MAX_VALUE);
        }
        return utf8(TextMutator.json(random).mutate(pick(random, valid), pick(random, valid)));
    }

    private static byte[] template(RandomGenerator random, List<String> valid) {
        return utf8(TextMutator.jinja(random).mutate(pick(random, valid), pick(random, valid)));
    }

    /** The JSON of the header damaged, its length right. */
    private static byte[] header(RandomGenerator random, List<byte[]> valid) {
        byte[] file = pick(random, valid);
        int length = Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
        String header = new String(file, Long.BYTES, length, StandardCharsets.UTF_8);
        byte[] damaged = utf8(TextMutator.json(random).mutate(header, header));
        int data = file.length - Long.BYTES - length;
        return ByteBuffer.allocate(Long.BYTES + damaged.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(damaged.length)
                .put(damaged)
                .put(file, Long.BYTES + length, data)
                .array();
    }

    /** The pickle damaged, the zip around it right. */
    private static byte[] pickle(RandomGenerator random, Map<String, byte[]> entries) {
        var made = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(made)) {
            for (var entry : entries.entrySet()) {
                byte[] content = entry.getValue();
                if (entry.getKey().endsWith("data.pkl")) {
                    content = new ByteMutator(random).mutate(content, Integer.MAX_VALUE, content);
                }
                store(out, entry.getKey(), content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made.toByteArray();
    }

    private static Map<String, byte[]> entries(Path file) {
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

    private static void store(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }

    private static <T> T pick(RandomGenerator random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> files(Path... paths) {
        List<byte[]> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static List<String> texts(Path... paths) {
        return files(paths).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    private void copy(Path from) {
        try (var entries = Files.list(from)) {
            for (Path file : entries.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
