package dev.kvasir.hook;

import dev.kvasir.run.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook.
 *
 * @param message what the receiver knows it by; a delivery that was asked for again keeps it
 * @param run null once the run is gone
 * @param attempts how often it was tried, the try that goes on included
 * @param dueAt when it is tried next; null if it is not
 * @param statusCode of the last answer; null while there was none
 * @param error why the last try failed, in a sentence; null if it did not
 */
record Delivery(
        DeliveryId id,
        MessageId message,
        String event,
        @Nullable RunId run,
        State state,
        int attempts,
        @Nullable Instant dueAt,
        @Nullable Integer statusCode,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    /** Where a delivery is. */
    enum State {
        PENDING,
        SENDING,
        DELIVERED,
        DEAD
    }
}
