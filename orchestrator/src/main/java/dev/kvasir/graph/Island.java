package dev.kvasir.graph;

import java.util.List;

/**
 * Nodes that run together in one worker, because KV caches pass between them.
 *
 * @param index from 0, in the order in which islands may run
 * @param nodes in the order in which they run
 */
public record Island(int index, List<NodeId> nodes) {

    public Island {
        nodes = List.copyOf(nodes);
    }
}
