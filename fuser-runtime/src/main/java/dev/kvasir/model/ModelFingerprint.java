package dev.kvasir.model;

import dev.kvasir.model.gguf.GgufModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What tells apart what two models compute, and how they read text.
 *
 * @param weights SHA-256, hexadecimal, of what a forward pass depends on: a GGUF file's bytes, or a folder's
 *     {@code config.json}, weights and their index
 * @param tokenizer SHA-256, hexadecimal, of a folder's tokenizer files, or of a GGUF file's vocabulary
 */
public record ModelFingerprint(String weights, String tokenizer) {

    private static final Set<String> TOKENIZER =
            Set.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");
    private static final Set<String> COMPUTED = Set.of("config.json", "model.safetensors.index.json");

    /**
     * Reads the model's files whole.
     *
     * @param model a folder or a GGUF file
     * @throws java.io.UncheckedIOException if they cannot be read
     * @throws ModelInvalidException if a GGUF file's head is damaged
     */
    public static ModelFingerprint of(Path model) {
        try {
            if (Files.isRegularFile(model)) {
                return new ModelFingerprint(ModelDigest.of(model), vocabulary(model));
            }
            return new ModelFingerprint(
                    ModelDigest.ofFiles(files(model, name -> COMPUTED.contains(name) || name.endsWith(".safetensors"))),
                    ModelDigest.ofFiles(files(model, TOKENIZER::contains)));
        } catch (IOException fault) {
            throw ModelDigest.unreadable(model, fault);
        }
    }

    private static List<Path> files(Path folder, Predicate<String> counts) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> counts.test(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private static String vocabulary(Path file) {
        try (GgufModel model = GgufModel.open(file)) {
            GgufVocabulary vocabulary = model.vocabulary();
            MessageDigest digest = ModelDigest.sha256();
            add(digest, List.of(vocabulary.model(), vocabulary.pre()));
            add(digest, vocabulary.tokens());
            add(digest, vocabulary.types());
            add(digest, vocabulary.merges());
            add(digest, vocabulary.scores());
            add(
                    digest,
                    List.of(
                            vocabulary.specialIds(),
                            String.valueOf(vocabulary.addBos()),
                            String.valueOf(vocabulary.addEos()),
                            String.valueOf(vocabulary.addSpacePrefix())));
            return ModelDigest.hex(digest.digest());
        }
    }

    /** Each with its length in front, so that no two lists look alike. */
    private static void add(MessageDigest digest, List<?> values) {
        digest.update((values.size() + "\n").getBytes(StandardCharsets.UTF_8));
        for (Object value : values) {
            byte[] text = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
            digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(text);
        }
    }
}
