package dev.kvasir.device;

import java.util.Comparator;

/**
 * How well a slot would serve a request, at one moment.
 *
 * @param ever whether it could if nothing else were there
 * @param now whether it fits without waiting for anybody
 * @param toLoad bytes of what is not loaded there yet
 * @param load parties that hold something there or wait
 * @param free bytes
 */
record SlotFit(boolean ever, boolean now, long toLoad, int load, long free) {

    /** The best first: where it fits at all, then at once, then where most of it is, then where least goes on, then room. */
    static final Comparator<SlotFit> BEST = Comparator.comparing((SlotFit fit) -> !fit.ever())
            .thenComparing(fit -> !fit.now())
            .thenComparingLong(SlotFit::toLoad)
            .thenComparingInt(SlotFit::load)
            .thenComparing(SlotFit::free, Comparator.reverseOrder());
}
