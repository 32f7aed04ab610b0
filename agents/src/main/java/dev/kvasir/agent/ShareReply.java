package dev.kvasir.agent;

/**
 * What a sharer's prefill took.
 *
 * @param fuser the name of the fuser that will be used
 * @param fuserDigest its SHA-256, hexadecimal
 * @param promptTokens positions the sharer read
 * @param reusedTokens of these, how many it had read before for the same tenant
 * @param cacheBytes size of its KV cache
 */
public record ShareReply(
        String fuser,
        String fuserDigest,
        int promptTokens,
        int reusedTokens,
        long cacheBytes,
        Timings timings,
        Placement placement) {}
