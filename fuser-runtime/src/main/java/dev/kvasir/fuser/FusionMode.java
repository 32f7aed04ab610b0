package dev.kvasir.fuser;

/** How several sharers' caches come together in one receiver. */
public enum FusionMode {
    /** One after the other: a later sharer's layer fusers see what earlier ones wrote, so the order counts. */
    SEQUENTIAL,
    /** Every sharer's layer fusers see the receiver's own cache; what they change is added up, in any order. */
    PARALLEL
}
