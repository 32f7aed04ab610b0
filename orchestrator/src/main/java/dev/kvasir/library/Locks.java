package dev.kvasir.library;

import dev.kvasir.graph.GraphRef;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Validation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes down what the names in a graph mean now. */
final class Locks {

    private final Registry registry;

    Locks(Registry registry) {
        this.registry = registry;
    }

    VersionLock of(Validation validation, PublishedGraphs published) {
        Map<String, String> models = new HashMap<>();
        for (Node node : validation.acceptedGraph().nodes()) {
            if (node instanceof Node.Agent agent) {
                registry.model(agent.model()).ifPresent(model -> models.put(model.name(), model.digest()));
            }
        }
        Map<String, String> fusers = new HashMap<>();
        for (LinkPlan link : validation.acceptedPlan().links()) {
            String fuser = link.fuser();
            if (fuser != null) {
                registry.fuser(fuser).ifPresent(found -> fusers.put(found.name(), found.digest()));
            }
        }
        Map<String, String> graphs = new HashMap<>();
        for (Node node : validation.acceptedGraph().nodes()) {
            graph(node)
                    .ifPresent(
                            graph -> published.id(graph).ifPresent(id -> graphs.put(graph.toString(), id.toString())));
        }
        return new VersionLock(models, fusers, graphs);
    }

    private static Optional<GraphRef> graph(Node node) {
        return switch (node) {
            case Node.Subgraph subgraph -> Optional.of(subgraph.graph());
            case Node.Mapping mapping -> Optional.of(mapping.graph());
            case Node.Input input -> Optional.empty();
            case Node.Agent agent -> Optional.empty();
            case Node.Tool tool -> Optional.empty();
            case Node.Router router -> Optional.empty();
            case Node.Join join -> Optional.empty();
            case Node.Vote vote -> Optional.empty();
            case Node.Human human -> Optional.empty();
            case Node.Output output -> Optional.empty();
        };
    }
}
