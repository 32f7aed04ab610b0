package dev.kvasir.dispatch;

/**
 * Who claims.
 *
 * @param name as people see it; kept with every attempt
 * @param pool whose islands it takes
 */
public record Claimant(WorkerId id, String name, String pool) {}
