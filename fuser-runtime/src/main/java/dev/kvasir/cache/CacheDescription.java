package dev.kvasir.cache;

import dev.kvasir.torch.ElementType;

/**
 * What a cache's file says of itself.
 *
 * @param weights SHA-256 of the model's weights, hexadecimal, as are {@code tokenizer}, {@code tenant} (of the tenant's salt),
 *     {@code identity} and {@code data}
 * @param type of the cache's values once restored
 * @param lineage empty for a cache as its model computed it
 * @param chainLinks hashes of the tokens, one for each started chunk
 */
public record CacheDescription(
        String model,
        String weights,
        String tokenizer,
        String profile,
        ElementType type,
        int layers,
        int kvHeads,
        int headDim,
        String rope,
        String slidingRope,
        String windows,
        int firstPosition,
        int tokens,
        CacheCodec codec,
        Lineage lineage,
        int chainLinks,
        String tenant,
        String identity,
        String data) {

    /** Bytes of keys and values as they are stored. */
    public long storedBytes() {
        return 2L * layers * kvHeads * tokens * codec.vectorBytes(headDim, type);
    }

    /** Bytes of keys and values in memory. */
    public long plainBytes() {
        return 2L * layers * kvHeads * tokens * headDim * type.bytes();
    }
}
