package dev.kvasir.fuser;

/** Which parts of a layer fuser are left out, as in the paper's component study; a fuser is trained at one of these levels. */
public enum Ablation {
    /** Projector, weight and gate. */
    NONE,
    /** Every weight is 1. */
    UNWEIGHTED,
    /** Every weight is 1 and every gate open. */
    UNWEIGHTED_UNGATED,
    /** The projection alone: the receiver's cache is neither read nor added. */
    PROJECTION,
    /** Every gate is open. */
    UNGATED;

    boolean readsReceiver() {
        return this != PROJECTION;
    }

    boolean gated() {
        return this == NONE || this == UNWEIGHTED;
    }

    boolean weighted() {
        return this == NONE || this == UNGATED;
    }
}
