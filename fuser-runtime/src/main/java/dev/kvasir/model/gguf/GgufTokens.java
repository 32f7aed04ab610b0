package dev.kvasir.model.gguf;

import dev.kvasir.model.Family;
import dev.kvasir.model.GgufVocabulary;
import dev.kvasir.model.SpecialIds;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The {@code tokenizer.*} part of a GGUF file, its lengths and ids checked. */
final class GgufTokens {

    private static final String PREFIX = "tokenizer.ggml.";
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;

    private final GgufMetadata metadata;
    private final GgufVocabulary vocabulary;

    private GgufTokens(GgufMetadata metadata) {
        this.metadata = metadata;
        List<String> tokens = metadata.list(PREFIX + "tokens", String.class);
        if (tokens.isEmpty()) {
            throw metadata.invalid(PREFIX + "tokens", "is missing or empty");
        }
        this.vocabulary = new GgufVocabulary(
                metadata.text(PREFIX + "model").orElseThrow(() -> metadata.invalid(PREFIX + "model", "is missing")),
                metadata.text(PREFIX + "pre").orElse("default"),
                tokens,
                types(tokens.size()),
                metadata.list(PREFIX + "merges", String.class),
                scores(tokens.size()),
                new SpecialIds(
                        id("bos_token_id", tokens.size()),
                        id("eos_token_id", tokens.size()),
                        id("padding_token_id", tokens.size()),
                        id("unknown_token_id", tokens.size())),
                metadata.flag(PREFIX + "add_bos_token"),
                metadata.flag(PREFIX + "add_eos_token"),
                metadata.flag(PREFIX + "add_space_prefix"));
    }

    static GgufTokens read(GgufMetadata metadata) {
        return new GgufTokens(metadata);
    }

    int size() {
        return vocabulary.tokens().size();
    }

    GgufVocabulary vocabulary() {
        return vocabulary;
    }

    SpecialIds specialIds() {
        return vocabulary.specialIds();
    }

    Optional<String> chatTemplate() {
        return metadata.text("tokenizer.chat_template");
    }

    /** The ids that the file names as ends, and the family's control tokens that end a text or a turn. */
    List<Integer> endIds(Family family) {
        Set<Integer> ids = new LinkedHashSet<>();
        for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
            id(key, size()).ifPresent(ids::add);
        }
        Set<String> ends = switch (family) {
            case LLAMA -> Set.of("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|im_end|>");
            case QWEN2, QWEN3 -> Set.of("<|im_end|>", "<|endoftext|>");
            case GEMMA3 -> Set.of("<end_of_turn>", "<eos>");
        };
        for (int id = 0; id < size(); id++) {
            if (vocabulary.types().get(id) == CONTROL
                    && ends.contains(vocabulary.tokens().get(id))) {
                ids.add(id);
            }
        }
        return List.copyOf(ids);
    }

    private List<Integer> types(int size) {
        String key = PREFIX + "token_type";
        if (!metadata.has(key)) {
            return Collections.nCopies(size, NORMAL);
        }
        List<Integer> types =
                metadata.list(key, Long.class).stream().map(Long::intValue).toList();
        return sized(key, types, size);
    }

    private List<Float> scores(int size) {
        String key = PREFIX + "scores";
        if (!metadata.has(key)) {
            return List.of();
        }
        List<Float> scores = metadata.list(key, Double.class).stream()
                .map(Double::floatValue)
                .toList();
        return sized(key, scores, size);
    }

    private <T> List<T> sized(String key, List<T> items, int size) {
        if (items.size() != size) {
            throw metadata.invalid(key, "has %d items for %d tokens".formatted(items.size(), size));
        }
        return items;
    }

    private OptionalInt id(String key, int size) {
        return metadata.optionalInteger(PREFIX + key, 0, size - 1);
    }
}
