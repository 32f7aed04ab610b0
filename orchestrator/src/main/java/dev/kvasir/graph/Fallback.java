package dev.kvasir.graph;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a cache edge does when it cannot run as asked.
 *
 * @param on the causes it answers to
 * @param to what happens then
 */
public record Fallback(Set<Cause> on, Target to) {

    /** The step fails, whatever the cause. */
    public static final Fallback NONE = new Fallback(EnumSet.allOf(Cause.class), Target.FAIL);

    /** Text crosses, whatever the cause. */
    public static final Fallback TEXT = new Fallback(EnumSet.allOf(Cause.class), Target.TEXT);

    /** Why a cache edge cannot run as asked. */
    public enum Cause {
        NO_FUSER,
        FUSER_MISMATCH,
        REMOTE_MODEL,
        OUT_OF_MEMORY,
        CONTEXT_TOO_LONG,
        ALIGNMENT_FAILED,
        FUSION_FAILED,
        OTHER_DEVICE,
        FORBIDDEN
    }

    /** What happens instead. */
    public enum Target {
        TEXT,
        FAIL
    }

    public Fallback {
        on = Set.copyOf(on);
    }

    /** Whether the edge becomes a text edge for this cause. */
    public boolean covers(Cause cause) {
        return to == Target.TEXT && on.contains(cause);
    }
}
