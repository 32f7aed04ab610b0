package dev.kvasir.agent;

/**
 * What a sharer's prefill took.
 *
 * @param fuser the name of the fuser that will be used
 * @param fuserDigest its SHA-256, hexadecimal
 * @param promptTokens positions the sharer read
 * @param cacheBytes size of its KV cache
 */
public record ShareReply(
        String fuser, String fuserDigest, int promptTokens, long cacheBytes, Timings timings, Placement placement) {}
