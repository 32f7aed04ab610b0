package dev.kvasir.dispatch;

import java.util.UUID;

/**
 * A worker's timed right to one island.
 *
 * @param run whose island it is
 * @param epoch raised by every claim; what is written under an older one is refused
 */
public record Lease(IslandId island, UUID run, long epoch) {}
