package dev.kvasir.device;

import java.time.Duration;

/**
 * Something on a device, as it was at one moment.
 *
 * @param bytes on the ledger: estimated while it loads, then what it told
 * @param users requests that hold it
 * @param loadTime how long it took to load; zero while it loads
 */
public record ResidentSnapshot(
        String key, String name, ResidentState state, long bytes, int users, boolean pinned, Duration loadTime) {}
