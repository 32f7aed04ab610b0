package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;

/** Up to {@link TokenChain#CHUNK} positions of a stored prefix, and what the store knows of them. Guarded by the store. */
final class PrefixBlock {

    /** The link of the chunk before, or where the search began. */
    private final String parent;

    /** The link that ends with this block. */
    private final String link;

    private final CachedTokens tokens;
    private final KvCache cache;
    private final double costPerByte;
    private double priority;
    private int leases;
    private int children;

    PrefixBlock(String parent, CachedTokens tokens, KvCache cache, double cost) {
        this.parent = parent;
        this.link = TokenChain.link(parent, tokens, 0, tokens.size());
        this.tokens = tokens;
        this.cache = cache;
        this.costPerByte = cost / cache.bytes();
    }

    String parent() {
        return parent;
    }

    String link() {
        return link;
    }

    CachedTokens tokens() {
        return tokens;
    }

    KvCache cache() {
        return cache;
    }

    /** Makes it younger: it is worth its cost again, counted from the store's age. */
    void use(double age) {
        priority = age + costPerByte;
    }

    double priority() {
        return priority;
    }

    void lease() {
        leases++;
    }

    void release() {
        leases--;
    }

    void addChild() {
        children++;
    }

    void removeChild() {
        children--;
    }

    boolean leased() {
        return leases > 0;
    }

    /** Whether nothing would be lost but itself. */
    boolean evictable() {
        return leases == 0 && children == 0;
    }
}
