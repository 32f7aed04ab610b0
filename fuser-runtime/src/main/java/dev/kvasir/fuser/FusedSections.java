package dev.kvasir.fuser;

/** Which stretches of a conversation are fused; its last token never is. */
public enum FusedSections {
    /** Messages, not the template's text between them, as in the paper. */
    MESSAGES,
    /** Everything. */
    ALL
}
