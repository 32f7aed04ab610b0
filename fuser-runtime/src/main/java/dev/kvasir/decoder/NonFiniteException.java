package dev.kvasir.decoder;

import java.util.OptionalInt;

/** A model computed NaN or infinity; its cache is not to be used again. */
public final class NonFiniteException extends RuntimeException {
    private NonFiniteException(String message) {
        super(message);
    }

    static NonFiniteException inLogits(String model, int position, KvCache cache) {
        OptionalInt layer = cache.firstNonFiniteLayer();
        String where = layer.isPresent()
                ? "layer " + layer.getAsInt() + " is the first whose KV cache is not finite either"
                : "the KV cache itself is finite";
        return new NonFiniteException("The model " + model + " computed logits that are not finite at position "
                + position + "; " + where + ". Check the weights, or a fuser that wrote into this cache.");
    }
}
