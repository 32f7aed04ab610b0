package dev.kvasir.agent;

/** Which stretches of a receiver's prompt are fused. */
public enum FusedSections {
    /** What the messages say; not the template around them. */
    MESSAGES,
    /** Everything but the last token. */
    ALL
}
