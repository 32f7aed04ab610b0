package dev.kvasir.library;

/**
 * The answer to publishing.
 *
 * @param created false when the draft is the same as a version that exists, which is then this one
 */
public record Published(GraphVersion version, boolean created) {}
