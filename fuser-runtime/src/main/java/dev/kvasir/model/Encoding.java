package dev.kvasir.model;

import java.util.List;

/**
 * A tokenised text.
 *
 * @param ids token ids
 * @param offsets for each id the stretch of the text it stands for, in UTF-16 units; empty for tokens the tokenizer added
 */
public record Encoding(List<Integer> ids, List<TextSpan> offsets) {

    public Encoding {
        ids = List.copyOf(ids);
        offsets = List.copyOf(offsets);
        if (ids.size() != offsets.size()) {
            throw new IllegalArgumentException(
                    "Each id has one offset: %d ids, %d offsets".formatted(ids.size(), offsets.size()));
        }
    }

    public int size() {
        return ids.size();
    }
}
