package dev.kvasir.library;

import java.time.Instant;

/**
 * A graph's working copy.
 *
 * @param document text as sent, whatever it is
 * @param layout where nodes stand, JSON
 * @param revision raised by every change; the ETag
 */
public record Draft(GraphId graph, String document, String layout, long revision, Instant updatedAt) {}
