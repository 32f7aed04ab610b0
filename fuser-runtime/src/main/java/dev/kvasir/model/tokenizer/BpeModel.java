package dev.kvasir.model.tokenizer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding.
 *
 * @param vocabulary ids by token
 * @param unknown the token for what has none
 * @param byteFallback whether characters without a token become byte tokens
 * @param ignoreMerges whether a piece that is a token is taken whole
 */
record BpeModel(
        Map<String, Integer> vocabulary,
        List<Merge> merges,
        @Nullable String unknown,
        boolean fuseUnknown,
        boolean byteFallback,
        boolean ignoreMerges) {}
