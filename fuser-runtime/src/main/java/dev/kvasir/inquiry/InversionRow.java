package dev.kvasir.inquiry;

import dev.kvasir.study.PolicyCost;
import dev.kvasir.wire.Recovery;
import dev.kvasir.wire.WirePolicy;
import org.jspecify.annotations.Nullable;

/**
 * What was read back, the same in short, and what the policy costs.
 *
 * @param bestLayer that tells most
 * @param rate of tokens that it tells, 0 to 1
 * @param noise where it was drawn from, as a sentence; null if there was none
 * @param cost null where no pair was asked
 */
public record InversionRow(
        Recovery recovery,
        int bestLayer,
        double rate,
        @Nullable String noise,
        @Nullable PolicyCost cost) {

    /**
     * With the same in short.
     *
     * @param seed of the study's noise
     */
    public static InversionRow of(Recovery recovery, WirePolicy policy, long seed, @Nullable PolicyCost cost) {
        String noise = policy.noise() == 0
                ? null
                : "The noise is drawn from the seed %d alone, to be repeated anywhere; runs draw theirs by the installation's key."
                        .formatted(seed);
        return new InversionRow(recovery, recovery.bestLayer(), recovery.rate(), noise, cost);
    }
}
