package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import org.jspecify.annotations.Nullable;

/**
 * A graph's document, and with it where its nodes stand.
 *
 * @param layout JSON; null where nobody has placed anything
 */
public record GraphBundle(GraphDocument graph, @Nullable String layout) {}
