package dev.kvasir.graph;

/**
 * Leads from a node to one that runs after it.
 *
 * @param fromPort the sender's port, {@code out} by default
 */
public record Edge(EdgeId id, NodeId from, NodeId to, String fromPort, Link link) {}
