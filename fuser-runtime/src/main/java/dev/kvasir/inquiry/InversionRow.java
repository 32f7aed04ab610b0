package dev.kvasir.inquiry;

import dev.kvasir.study.PolicyCost;
import dev.kvasir.wire.Recovery;
import org.jspecify.annotations.Nullable;

/**
 * What was read back, the same in short, and what the policy costs.
 *
 * @param bestLayer that tells most
 * @param rate of tokens that it tells, 0 to 1
 * @param cost null where no pair was asked
 */
public record InversionRow(
        Recovery recovery,
        int bestLayer,
        double rate,
        @Nullable PolicyCost cost) {

    /** With the same in short. */
    public static InversionRow of(Recovery recovery, @Nullable PolicyCost cost) {
        return new InversionRow(recovery, recovery.bestLayer(), recovery.rate(), cost);
    }
}
