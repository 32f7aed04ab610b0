package dev.kvasir.graph;

import java.util.List;

/** How every edge of a graph runs, and which nodes run together. */
public record Plan(List<LinkPlan> links, List<Island> islands) {

    public Plan {
        links = List.copyOf(links);
        islands = List.copyOf(islands);
    }

    public LinkPlan link(EdgeId edge) {
        return links.stream()
                .filter(link -> link.edge().equals(edge))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No edge '" + edge + "' in this plan"));
    }

    public Island islandOf(NodeId node) {
        return islands.stream()
                .filter(island -> island.nodes().contains(node))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No node '" + node + "' in this plan"));
    }
}
