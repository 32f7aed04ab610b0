package dev.kvasir.run;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When a run may start, and who is told of it.
 *
 * @param startAfter not before, by the database's clock; null for at once
 * @param concurrencyKey 1 to 200 characters; runs of one owner, graph and key know of each other. Null for none
 * @param onConflict null for {@link OnConflict#ALLOW}; means nothing without a key
 * @param webhook told of this run whatever runs it is told of otherwise; null for none
 */
public record RunTerms(
        @Nullable Instant startAfter,
        @Nullable String concurrencyKey,
        @Nullable OnConflict onConflict,
        @Nullable UUID webhook) {

    /** At once, beside all others. */
    public static final RunTerms NONE = new RunTerms(null, null, null, null);

    OnConflict conflict() {
        return onConflict == null ? OnConflict.ALLOW : onConflict;
    }

    boolean isNone() {
        return startAfter == null && concurrencyKey == null && webhook == null;
    }
}
