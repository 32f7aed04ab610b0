package dev.kvasir.graph;

/**
 * What a document is held against beside the registry: whose it is, and what they have done.
 *
 * @param times what AUTO may go by where speed is preferred
 * @param opaque whether caches may cross at all
 * @param graphs which graphs may run within it
 */
public record Surroundings(PairTimes times, OpaqueEdges opaque, KnownGraphs graphs) {

    public static final Surroundings NONE = new Surroundings(PairTimes.NONE, OpaqueEdges.ALLOWED, KnownGraphs.NONE);
}
