package dev.kvasir.decoder;

import java.util.List;

/**
 * What was generated.
 *
 * @param ids all generated ids; a stop token is the last of them
 * @param text their text without special tokens, ending before a stop string
 */
public record Generation(List<Integer> ids, String text, FinishReason reason) {
    public Generation {
        ids = List.copyOf(ids);
    }
}
