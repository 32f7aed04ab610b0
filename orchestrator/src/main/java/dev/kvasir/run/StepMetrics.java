package dev.kvasir.run;

/**
 * What a committed step took.
 *
 * @param queueMs from ready to the step's own turn: waiting for a worker, and for the nodes before it in its island
 * @param firstTokenMs from the start of the step's turn; 0 when no token was decoded
 * @param totalMs from ready to done; the parts, first token aside, sum to it
 * @param promptTokens read and reused together
 * @param reusedTokens prompt tokens that lay in a cache: one that was handed over, or what the model had read for the same owner
 * @param avoidedTokens what the sharer would have decoded under TEXT
 * @param avoidedBasis {@code PAIR}: the paired run wrote so many; {@code MEAN}: the graph's text runs did; {@code NONE}:
 *     not known, and 0
 * @param cacheBytes of the KV cache handed over
 * @param alignedShare part of the positions with a partner, 0 to 1
 */
public record StepMetrics(
        String device,
        String dtype,
        String profile,
        long queueMs,
        long loadMs,
        long prefillMs,
        long alignMs,
        long projectMs,
        long fuseMs,
        long copyMs,
        long decodeMs,
        long toolMs,
        long firstTokenMs,
        long totalMs,
        int promptTokens,
        int generatedTokens,
        int reusedTokens,
        int avoidedTokens,
        String avoidedBasis,
        long cacheBytes,
        int fusedPositions,
        double alignedShare) {

    /** Time the step itself took, its waiting left out. */
    public long workMs() {
        return totalMs - queueMs;
    }
}
