package dev.kvasir.hook;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How webhooks are told, and how triggers are called.
 *
 * @param retries pauses after the first failed try, the second and so on; after the try that follows the last pause a delivery is dead
 * @param timeout of one try
 * @param slots how many deliveries one server sends at a time
 * @param each how many of one webhook it sends at a time, so that a slow receiver holds nobody else up
 * @param look how often due deliveries are looked for when nothing wakes the server
 * @param keep how long deliveries that have ended, and calls of triggers, can be read
 * @param skew how far the time of a signed call may be from the database's
 * @param calls most calls of one trigger a minute
 */
@Validated
@ConfigurationProperties("kvasir.hook")
record HookProperties(
        @DefaultValue({"10s", "1m", "5m", "30m", "2h", "6h", "24h"})
        List<Duration> retries,

        @DefaultValue("10s") Duration timeout,
        @DefaultValue("8") @Min(1) @Max(1000) int slots,
        @DefaultValue("2") @Min(1) @Max(1000) int each,
        @DefaultValue("1s") Duration look,
        @DefaultValue("30d") Duration keep,
        @DefaultValue("5m") Duration skew,
        @DefaultValue("60") @Min(1) @Max(100_000) int calls) {

    /** Longer than a message may be called again with its time still good. */
    private static final Duration LEAST_KEPT = Duration.ofHours(1);

    HookProperties {
        retries = List.copyOf(retries);
        if (keep.compareTo(LEAST_KEPT) < 0 || skew.multipliedBy(3).compareTo(keep) > 0) {
            throw new IllegalArgumentException(
                    "kvasir.hook.keep (%s) must be at least an hour, and three times kvasir.hook.skew (%s), or a message could be called twice."
                            .formatted(keep, skew));
        }
    }

    int tries() {
        return retries.size() + 1;
    }
}
