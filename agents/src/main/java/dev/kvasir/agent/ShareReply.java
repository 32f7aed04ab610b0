package dev.kvasir.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sharer's prefill took.
 *
 * @param fuser the name of the fuser that will be used; null where nothing is fused
 * @param fuserDigest its SHA-256, hexadecimal; null where nothing is fused
 * @param promptTokens positions the sharer read
 * @param reusedTokens of these, how many it had read before for the same tenant
 * @param cacheBytes size of what is taken of its KV cache
 * @param wire what crossed
 * @param layers that are put before the receiver's, ascending; empty where the cache is fused
 */
public record ShareReply(
        @Nullable String fuser,
        @Nullable String fuserDigest,
        int promptTokens,
        int reusedTokens,
        long cacheBytes,
        WireReport wire,
        List<Integer> layers,
        Timings timings,
        Placement placement) {

    public ShareReply {
        layers = List.copyOf(layers);
    }
}
