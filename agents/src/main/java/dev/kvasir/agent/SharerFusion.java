package dev.kvasir.agent;

import java.time.Duration;

/**
 * One cache's part in what a receiver took over.
 *
 * @param gateOpenShare part of the sharer's gates that are open, 0 to 1
 * @param meanKeyWeight mean weight of the keys, 0 to 1
 * @param meanValueWeight mean weight of the values, 0 to 1
 * @param project of the step's time, what its projection took
 * @param fuse of the step's time, what adding it took
 * @param copy of the step's time, what copying it took
 */
public record SharerFusion(
        double gateOpenShare,
        double meanKeyWeight,
        double meanValueWeight,
        Duration project,
        Duration fuse,
        Duration copy) {

    public static final SharerFusion NONE = copied(Duration.ZERO);

    /** A cache that was taken over as it is. */
    public static SharerFusion copied(Duration copy) {
        return new SharerFusion(0, 0, 0, Duration.ZERO, Duration.ZERO, copy);
    }
}
