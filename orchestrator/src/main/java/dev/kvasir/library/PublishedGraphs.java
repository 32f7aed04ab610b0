package dev.kvasir.library;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphRef;
import dev.kvasir.graph.KnownGraphs;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** One owner's graphs that are not archived. */
record PublishedGraphs(UUID owner, GraphRows graphs, VersionRows versions) implements KnownGraphs {

    @Override
    public OptionalInt newest(String name) {
        return graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, name)
                .flatMap(graph -> versions.findFirstByKeyGraphIdOrderByKeyNumberDesc(
                        graph.id().value()))
                .map(version -> OptionalInt.of(version.number()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public Optional<GraphDocument> version(GraphRef graph) {
        return find(graph)
                .map(version ->
                        GraphDocument.parse(version.version(graph.name()).document()));
    }

    /** The id of the graph that a reference means. */
    Optional<GraphId> id(GraphRef graph) {
        return find(graph).map(version -> version.version(graph.name()).graph());
    }

    private Optional<VersionEntity> find(GraphRef graph) {
        return graphs.findByOwnerIdAndNameAndArchivedAtIsNull(owner, graph.name())
                .flatMap(found ->
                        versions.findByKeyGraphIdAndKeyNumber(found.id().value(), graph.version()));
    }
}
