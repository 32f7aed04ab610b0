package dev.kvasir.cache;

/**
 * What a prefix store has done so far, and what it holds.
 *
 * @param searches how often a prefix was looked for
 * @param hits how often at least one token was found
 * @param tokensWanted of all searches
 * @param tokensFound of all searches: so many need not be read again
 * @param bytes held now
 * @param blocks held now
 * @param evictions blocks that were dropped to make room
 * @param refusals blocks that were not stored, because everything else was in use or the block alone is too large
 */
public record PrefixStatistics(
        long searches,
        long hits,
        long tokensWanted,
        long tokensFound,
        long bytes,
        int blocks,
        long evictions,
        long refusals) {

    /** Of all tokens looked for, the share that was found; 0 before the first search. */
    public double hitShare() {
        return tokensWanted == 0 ? 0 : (double) tokensFound / tokensWanted;
    }
}
