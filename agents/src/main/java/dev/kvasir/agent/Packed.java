package dev.kvasir.agent;

/**
 * A conversation that was written to a file, to be continued on another worker.
 *
 * @param cacheBytes of its cache
 * @param tokens that its cache holds
 */
public record Packed(long cacheBytes, int tokens) {}
