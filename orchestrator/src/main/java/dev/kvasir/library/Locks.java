package dev.kvasir.library;

import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Validation;
import java.util.HashMap;
import java.util.Map;

/** Writes down what the names in a graph mean now. */
final class Locks {

    private final Registry registry;

    Locks(Registry registry) {
        this.registry = registry;
    }

    VersionLock of(Validation validation) {
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
        return new VersionLock(models, fusers);
    }
}
