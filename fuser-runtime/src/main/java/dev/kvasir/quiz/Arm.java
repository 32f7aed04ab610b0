package dev.kvasir.quiz;

/** A way to answer. */
public enum Arm {
    /** The receiver alone. */
    RECEIVER,
    /** The sharer alone. */
    SHARER,
    /** The sharer writes a note on what one must know, and the receiver reads it before the question: the paper's T2T. */
    TEXT,
    /** The sharer reads the question, and its cache is fused into the receiver's. */
    C2C,
    /** The sharer's note is read by both, and note and question are fused. */
    TEXT_C2C,
    /** C2C with the sharer's cache of another question, laid out from the end: what the fuser does without knowledge. */
    SHUFFLED,
    /** C2C with all gates shut: the receiver, exactly. */
    CLOSED
}
