package dev.kvasir.graph;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every kind of node may have.
 *
 * @param title for people; null for the id
 * @param note for people
 * @param timeout of one attempt; null for the run's
 * @param onError what happens when it has failed for good
 */
public record NodeOptions(
        @Nullable String title,
        @Nullable String note,
        Retry retry,
        @Nullable Duration timeout,
        OnError onError) {

    public static final NodeOptions DEFAULT = new NodeOptions(null, null, Retry.DEFAULT, null, OnError.FAIL);

    /** What a failed node does to its run. */
    public enum OnError {
        /** The run fails. */
        FAIL,
        /** The run goes on without it. */
        SKIP,
        /** The run goes on by the edges of its port {@code fail}. */
        PORT;

        /** The ports by which the run goes on from the node. */
        public List<String> ports() {
            return this == PORT ? List.of(Edge.FAIL) : List.of();
        }
    }

    /**
     * How often a step is tried, if its fault allows it.
     *
     * @param maxAttempts 1 to 10, the first included
     * @param backoff before the second attempt
     * @param factor by which the pause grows
     */
    public record Retry(int maxAttempts, Duration backoff, double factor) {

        public static final Retry DEFAULT = new Retry(3, Duration.ofSeconds(1), 2);
    }
}
