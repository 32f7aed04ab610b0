package dev.kvasir.cache;

/**
 * What a cache is the cache of. Caches of one identity hold the same keys and values; those of two never stand for each other,
 * whatever their tokens are.
 */
public record CacheIdentity(CacheOrigin origin, CachedTokens tokens, Lineage lineage) {

    public CacheIdentity {
        if (lineage.extent() > tokens.size()) {
            throw new IllegalArgumentException("A cache of %d tokens has no position %d for its lineage: %s"
                    .formatted(tokens.size(), lineage.extent() - 1, lineage.text()));
        }
    }

    /** Of a cache as its model computed it. */
    public static CacheIdentity plain(CacheOrigin origin, CachedTokens tokens) {
        return new CacheIdentity(origin, tokens, Lineage.PLAIN);
    }

    public CacheIdentity with(Lineage.Step step) {
        return new CacheIdentity(origin, tokens, lineage.with(step));
    }

    /** Of the first {@code count} positions alone. */
    public CacheIdentity first(int count) {
        return new CacheIdentity(origin, tokens.first(count), lineage.first(count));
    }

    /** The tokens' hashes, chunk by chunk. */
    public TokenChain chain() {
        return TokenChain.of(origin.seed(), tokens);
    }

    /** SHA-256, hexadecimal, over origin, tokens and lineage. */
    public String digest() {
        return Sha256.of("kvasir cache identity", chain().last(), lineage.text());
    }

    /** Where a search among stored prefixes begins: apart for each origin and lineage. */
    String prefixSeed() {
        return Sha256.of("kvasir cache prefix", origin.seed(), lineage.text());
    }
}
