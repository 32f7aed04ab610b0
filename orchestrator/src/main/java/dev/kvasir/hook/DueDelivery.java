package dev.kvasir.hook;

import dev.kvasir.run.RunId;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that this server has claimed and sends now.
 *
 * @param attempt from 1; what is written about it counts only under this number
 * @param body what an earlier try sent; null at the first
 * @param sentAt by the database's clock, in seconds since 1970
 */
record DueDelivery(
        DeliveryId id,
        MessageId message,
        Event event,
        int attempt,
        @Nullable String body,
        Receiver receiver,
        long sentAt) {

    /**
     * What it tells of.
     *
     * @param run null once the run is gone
     */
    record Event(
            String name, Instant at, UUID owner, @Nullable RunId run, long seq) {}

    /**
     * Whom it tells.
     *
     * @param fields which parts of the run
     */
    record Receiver(URI url, String fields, HookSecrets.Sealed secrets) {}
}
