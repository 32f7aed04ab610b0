package dev.kvasir.fuzzing;

import static dev.kvasir.fuzzing.Samples.BASE;
import static dev.kvasir.fuzzing.Samples.MODELS;
import static dev.kvasir.fuzzing.Samples.PICKLED;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reader of foreign files; the suites below say how many cases from which seed. */
abstract class ReaderFuzzing {

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
        fuzz(ForeignReader.SAFETENSORS, 1_000, random -> bytes(random, valid, 1_200));
    }

    @Test
    void headersOfSafetensors() {
        List<String> valid =
                files(BASE.resolve("model.safetensors"), MODELS.resolve("malformed/valid-with-metadata.safetensors"))
                        .stream()
                        .map(file -> new String(Wrapping.header(file), StandardCharsets.UTF_8))
                        .toList();
        fuzz(ForeignReader.SAFETENSORS_HEADER, 1_000, random -> {
            String header = pick(random, valid);
            return utf8(TextMutator.json(random).mutate(header, header));
        });
    }

    @Test
    void gguf() {
        List<byte[]> valid = files(
                MODELS.resolve("malformed/base.gguf"),
                MODELS.resolve("malformed/base.gguf"),
                MODELS.resolve("malformed/valid-version-2.gguf"),
                MODELS.resolve("gguf/qwen2-q5_mix.gguf"));
        fuzz(ForeignReader.GGUF, 400, random -> bytes(random, valid, 3_000));
    }

    @Test
    void pickledFusers() {
        List<byte[]> valid = files(PICKLED);
        fuzz(ForeignReader.PICKLE_ZIP, 300, random -> bytes(random, valid, 4_000));
    }

    @Test
    void picklesOfFusers() {
        List<byte[]> valid = Samples.entries(PICKLED).entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(Samples.PICKLE))
                .map(Map.Entry::getValue)
                .toList();
        fuzz(ForeignReader.PICKLE, 500, random -> bytes(random, valid, Integer.MAX_VALUE));
    }

    @Test
    void configurations() {
        List<String> valid = texts(BASE.resolve("config.json"), MODELS.resolve("models/gemma3/config.json"));
        fuzz(ForeignReader.CONFIG, 800, random -> json(random, valid));
    }

    @Test
    void settingsBesideTheConfiguration() {
        List<String> valid =
                texts(MODELS.resolve("models/gemma3/generation_config.json"), BASE.resolve("tokenizer_config.json"));
        fuzz(ForeignReader.SETTINGS, 100, random -> json(random, valid));
    }

    @Test
    void tokenizers() {
        List<String> valid = texts(
                BASE.resolve("tokenizer.json"),
                BASE.resolve("tokenizer.json"),
                MODELS.resolve("models/smollm2/tokenizer.json"),
                MODELS.resolve("models/gemma3/tokenizer.json"));
        fuzz(ForeignReader.TOKENIZER, 150, random -> json(random, valid));
    }

    @Test
    void chatTemplates() {
        List<String> valid = texts(
                MODELS.resolve("templates/smollm2.jinja"),
                MODELS.resolve("templates/qwen2.5.jinja"),
                MODELS.resolve("templates/qwen3.jinja"));
        fuzz(ForeignReader.TEMPLATE, 800, random -> template(random, valid));
    }

    @Test
    void foldersOfFusers() {
        List<String> valid = texts(
                Samples.FUSER.resolve("config.json"),
                Samples.FUSER.resolve("final/projector_0.json"),
                Samples.FUSER.resolve("final/projector_config.json"));
        fuzz(ForeignReader.FUSER_FOLDER, 300, random -> json(random, valid));
    }

    @Test
    void descriptionsOfFusers() {
        List<String> valid = List.of(Samples.description());
        fuzz(ForeignReader.FUSER_DESCRIPTION, 800, random -> json(random, valid));
    }

    private void fuzz(ForeignReader reader, int cases, Fuzzing.Maker maker) {
        new Fuzzing(reader.shown(), reader.limit(), reader.refusals())
                .run(firstSeed(), cases * times(), maker, input -> reader.read(folder, input));
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

    private static <T> T pick(RandomGenerator random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> files(Path... paths) {
        return Stream.of(paths).map(Samples::bytes).toList();
    }

    private static List<String> texts(Path... paths) {
        return files(paths).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }
}
