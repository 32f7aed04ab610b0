package dev.kvasir.agent;

import java.time.Duration;

/** Measures one step: how long it runs, and when the first token came. For one thread. */
final class Stopwatch {

    private final long start = System.nanoTime();
    private long lap = start;
    private Duration firstToken = Duration.ZERO;

    /** The time since the last lap, or the start. */
    Duration lap() {
        long now = System.nanoTime();
        Duration elapsed = Duration.ofNanos(now - lap);
        lap = now;
        return elapsed;
    }

    /** A token was decoded; only the first call counts. */
    void token() {
        if (firstToken.isZero()) {
            firstToken = total();
        }
    }

    Duration firstToken() {
        return firstToken;
    }

    Duration total() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
