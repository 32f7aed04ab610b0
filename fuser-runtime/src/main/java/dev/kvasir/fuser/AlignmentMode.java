package dev.kvasir.fuser;

/** How the two models' prompts were laid side by side when a fuser was trained; it must be used in the same way. */
public enum AlignmentMode {
    /** One vocabulary: the sharer reads the receiver's ids. */
    SAME_VOCABULARY,
    /** Of several sharer tokens for one receiver token, the first. */
    FIRST,
    /** Of several sharer tokens for one receiver token, the longest. */
    LONGEST,
    /** Both keep their own tokens; a receiver token takes the sharer token that ends over its last character. Our own mode. */
    SPAN
}
