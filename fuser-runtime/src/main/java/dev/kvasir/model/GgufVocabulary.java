package dev.kvasir.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.ggml.*} metadata of a GGUF file, as they stand there.
 *
 * @param model {@code gpt2} (byte-level BPE) or {@code llama} (SentencePiece)
 * @param pre name of the splitting rule ({@code smollm}, {@code qwen2}, {@code llama-bpe}); {@code default} if absent
 * @param types for each token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte
 * @param merges pairs with a space between; empty for SentencePiece
 * @param scores one per token; empty for byte-level BPE
 * @param specialIds begin, end, padding and unknown
 * @param addBos {@code add_bos_token}; null if the file does not say
 * @param addEos {@code add_eos_token}; null if the file does not say
 * @param addSpacePrefix {@code add_space_prefix}; null if the file does not say
 */
public record GgufVocabulary(
        String model,
        String pre,
        List<String> tokens,
        List<Integer> types,
        List<String> merges,
        List<Float> scores,
        SpecialIds specialIds,
        @Nullable Boolean addBos,
        @Nullable Boolean addEos,
        @Nullable Boolean addSpacePrefix) {

    public GgufVocabulary {
        tokens = List.copyOf(tokens);
        types = List.copyOf(types);
        merges = List.copyOf(merges);
        scores = List.copyOf(scores);
    }
}
