package dev.kvasir.agent;

import java.time.Duration;

/**
 * Where a step's time went. The parts do not overlap; what is missing from {@code total} is the time between them.
 *
 * @param firstToken from the start of the step to the first token; zero when none was decoded
 */
public record Timings(
        Duration load,
        Duration prefill,
        Duration align,
        Duration project,
        Duration fuse,
        Duration copy,
        Duration decode,
        Duration firstToken,
        Duration total) {

    public static final Timings ZERO = new Timings(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
}
