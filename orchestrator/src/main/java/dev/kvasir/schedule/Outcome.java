package dev.kvasir.schedule;

import dev.kvasir.run.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a due time.
 *
 * @param run null if none was started, or it is gone
 * @param detail why none was started; null if one was
 */
record Outcome(
        long number,
        Instant dueAt,
        Cause cause,
        Kind kind,
        @Nullable RunId run,
        @Nullable String detail,
        Instant at) {

    /** Why the schedule acted. */
    enum Cause {
        /** The time had come. */
        DUE,
        /** Someone asked for a run. */
        ASKED
    }

    /** How it acted. */
    enum Kind {
        STARTED,
        /** A run starts when the one that is open has ended. */
        BUFFERED,
        /** A run was open. */
        SKIPPED,
        /** Nobody could start a run in time. */
        MISSED,
        /** The graph, its version or the input did not allow a run. */
        REFUSED
    }
}
