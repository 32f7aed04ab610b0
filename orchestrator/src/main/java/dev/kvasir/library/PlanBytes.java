package dev.kvasir.library;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Island;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Registry;
import dev.kvasir.graph.Registry.CacheShape;
import dev.kvasir.graph.Registry.Location;
import dev.kvasir.graph.Registry.Model;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How many bytes a plan is about, as far as the headers of its models tell. */
final class PlanBytes {

    private static final long KEYS_AND_VALUES = 2;

    private final Graph graph;
    private final Registry registry;

    PlanBytes(Graph graph, Registry registry) {
        this.graph = graph;
        this.registry = registry;
    }

    /** Of an island's models, each counted once. */
    long weights(Island island) {
        return island.nodes().stream()
                .flatMap(node -> local(node).stream())
                .distinct()
                .mapToLong(Model::sizeInBytes)
                .sum();
    }

    /** Of the sender's KV cache, for each token; null where none crosses, or its shape is not known. */
    @Nullable
    Long cachePerToken(LinkPlan link) {
        if (!link.effective().isCache()) {
            return null;
        }
        Edge edge = graph.edge(link.edge()).orElseThrow();
        return local(edge.from())
                .map(Model::cache)
                .map(PlanBytes::perToken)
                .filter(bytes -> bytes > 0)
                .orElse(null);
    }

    private static long perToken(CacheShape cache) {
        return KEYS_AND_VALUES * cache.layers() * cache.kvHeads() * cache.headDim() * Float.BYTES;
    }

    private Optional<Model> local(NodeId id) {
        return graph.node(id)
                .filter(Node.Agent.class::isInstance)
                .map(Node.Agent.class::cast)
                .flatMap(agent -> registry.model(agent.model()))
                .filter(model -> model.location() == Location.LOCAL);
    }
}
