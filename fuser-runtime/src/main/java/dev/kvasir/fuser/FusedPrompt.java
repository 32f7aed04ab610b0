package dev.kvasir.fuser;

import dev.kvasir.decoder.Generator.Prefilled;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.torch.Tensor;
import java.util.List;

/**
 * A prompt that a receiver has read, fused.
 *
 * @param logits {@code [rows, lastLogits, vocabulary]}, in the caller's scope; the last token's start the answer
 * @param hidden true where the first row has padding; empty if it has none
 */
public record FusedPrompt(Tensor logits, List<Boolean> hidden, FusionReport report) {

    public FusedPrompt {
        hidden = List.copyOf(hidden);
    }

    /**
     * What a generator goes on from.
     *
     * @param cache the receiver's, of one row; logits must have been asked for the last token only
     */
    public Prefilled prefilled(KvCache cache) {
        return new Prefilled(cache, logits, hidden);
    }
}
