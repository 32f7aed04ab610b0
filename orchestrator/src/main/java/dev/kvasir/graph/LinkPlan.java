package dev.kvasir.graph;

import org.jspecify.annotations.Nullable;

/**
 * How one edge runs.
 *
 * @param requested as the version says
 * @param override as the run asked instead; null when it did not
 * @param effective never {@link Link.Mode#AUTO}
 * @param reasonText a sentence, when the effective mode is not what was asked for or was left to the planner, or a cache
 *     crosses between profiles
 * @param fuser the fuser's name, when caches are fused
 */
public record LinkPlan(
        EdgeId edge,
        Link.Mode requested,
        Link.@Nullable Mode override,
        Link.Mode effective,
        Reason reason,
        @Nullable String reasonText,
        @Nullable String fuser) {

    /** Why the effective mode is what it is. */
    public enum Reason {
        AS_REQUESTED,
        AUTO_SAME_MODEL,
        AUTO_FUSER,
        AUTO_NO_FUSER,
        AUTO_FASTER,
        NO_FUSER,
        FUSER_MISMATCH,
        REMOTE_MODEL,
        OUT_OF_MEMORY,
        CONTEXT_TOO_LONG,
        ALIGNMENT_FAILED,
        FUSION_FAILED,
        OTHER_DEVICE,
        FORBIDDEN;

        public static Reason of(Fallback.Cause cause) {
            return valueOf(cause.name());
        }
    }

    /** The same edge after a fault while it ran: text, because of the cause. */
    public LinkPlan fallenBack(Fallback.Cause cause, String sentence) {
        return new LinkPlan(edge, requested, override, Link.Mode.TEXT, Reason.of(cause), sentence, null);
    }

    /** The same edge with something more to be said of it. */
    LinkPlan noted(String sentence) {
        String text = reasonText == null ? sentence : reasonText + " " + sentence;
        return new LinkPlan(edge, requested, override, effective, reason, text, fuser);
    }

    LinkPlan overriding(Link.Mode versionMode) {
        return new LinkPlan(edge, versionMode, requested, effective, reason, reasonText, fuser);
    }
}
