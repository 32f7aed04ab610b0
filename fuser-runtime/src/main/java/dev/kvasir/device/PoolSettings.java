package dev.kvasir.device;

import java.time.Duration;

/**
 * How a pool waits and what it keeps.
 *
 * @param patience how long a request waits for others to let go
 * @param minResidency how long something stays before it makes room, if anything older can
 * @param halfLife time after which a use counts half in what is worth keeping
 */
public record PoolSettings(Duration patience, Duration minResidency, Duration halfLife) {

    public static final PoolSettings DEFAULT =
            new PoolSettings(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(10));

    public PoolSettings {
        if (patience.isNegative() || minResidency.isNegative()) {
            throw new IllegalArgumentException(
                    "Patience and residency must not be negative: " + patience + ", " + minResidency);
        }
        if (halfLife.isZero() || halfLife.isNegative()) {
            throw new IllegalArgumentException("The half-life of a use must be positive, not " + halfLife);
        }
    }

    public PoolSettings withPatience(Duration other) {
        return new PoolSettings(other, minResidency, halfLife);
    }
}
