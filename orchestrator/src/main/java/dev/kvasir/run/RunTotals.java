package dev.kvasir.run;

/**
 * Sums over a run's committed steps.
 *
 * @param latencyMs time in committed attempts
 * @param wallMs from its start to its end, or to now
 * @param lostMs time in attempts that were not committed
 * @param firstTokenMs from the run's start to the first token of the agent that feeds the output; 0 if there is none
 */
public record RunTotals(
        long latencyMs,
        long wallMs,
        long lostMs,
        long promptTokens,
        long generatedTokens,
        long avoidedTokens,
        long reusedTokens,
        long cacheBytes,
        long firstTokenMs) {}
