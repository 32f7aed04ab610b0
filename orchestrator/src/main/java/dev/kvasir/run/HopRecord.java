package dev.kvasir.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cache travelled from one pool's worker to another's.
 *
 * @param toWorker absent until it has arrived
 * @param sealedBytes that lay in the database meanwhile
 * @param sendMs to seal and store it
 * @param waitMs from the commit of the step that sent it until its receiver asked for it
 * @param openMs to fetch and open it
 */
public record HopRecord(
        String fromPool,
        String toPool,
        String fromWorker,
        @Nullable String toWorker,
        long sealedBytes,
        long sendMs,
        long waitMs,
        long openMs) {

    /** Whether the receiver has it. */
    boolean hasArrived() {
        return toWorker != null;
    }

    HopRecord arrived(String worker, Duration waited, Duration opened) {
        return new HopRecord(
                fromPool, toPool, fromWorker, worker, sealedBytes, sendMs, waited.toMillis(), opened.toMillis());
    }
}
