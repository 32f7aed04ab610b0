package dev.kvasir.access;

import org.jspecify.annotations.Nullable;

/**
 * One fault among those a problem document tells of.
 *
 * @param rule the rule that is broken, such as {@code G24}; absent where rules have no numbers
 * @param code a narrower code than the document's, such as {@code C2C_INCOMPATIBLE}
 * @param pointer JSON pointer into the body as sent
 * @param severity {@code ERROR} or {@code WARNING}
 * @param hint what was probably meant
 */
public record ProblemFault(
        @Nullable String rule,
        @Nullable String code,
        String pointer,
        @Nullable String nodeId,
        @Nullable String edgeId,
        String severity,
        String detail,
        @Nullable String hint) {

    /** A fault of a field, by its pointer alone. */
    public static ProblemFault at(String pointer, String detail) {
        return new ProblemFault(null, null, pointer, null, null, "ERROR", detail, null);
    }
}
