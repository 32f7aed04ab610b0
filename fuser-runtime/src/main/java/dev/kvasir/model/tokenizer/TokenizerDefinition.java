package dev.kvasir.model.tokenizer;

import dev.kvasir.model.SpecialIds;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that makes a tokenizer, checked.
 *
 * @param file where it comes from, for messages
 * @param before ids added in front of a text
 * @param after ids added behind a text
 */
record TokenizerDefinition(
        String file,
        BpeModel model,
        List<AddedToken> added,
        Steps steps,
        List<Integer> before,
        List<Integer> after,
        SpecialIds roles) {

    /** The steps around the model, as tokenizer.json writes them. */
    record Steps(
            @Nullable JsonNode normalizer,
            @Nullable JsonNode preTokenizer,
            @Nullable JsonNode postProcessor,
            TokenDecoder decoder) {}
}
