package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The published graphs that a test names. */
public final class Published implements KnownGraphs {

    private final Map<String, List<GraphDocument>> versions = new HashMap<>();

    /** {@code part@1} takes anything, {@code part@2} a question and nothing else. */
    public static Published parts() {
        return new Published()
                .with("part", "{\"type\":\"object\"}", "")
                .with(
                        "part",
                        "{\"type\":\"object\",\"required\":[\"question\"],\"properties\":{\"question\":{\"type\":\"string\"}},"
                                + "\"additionalProperties\":false}",
                        "");
    }

    /** What a test's document is held against. */
    public Surroundings around() {
        return new Surroundings(PairTimes.NONE, OpaqueEdges.ALLOWED, this);
    }

    /**
     * Publishes one more version.
     *
     * @param more nodes between its input and its output, each with a comma behind it
     */
    Published with(String name, String schema, String more) {
        String document = """
                {"kind":"kvasir/graph","schemaVersion":1,"name":"%s",
                 "nodes":[{"id":"input","kind":"input","schema":%s},%s{"id":"output","kind":"output","outputs":{"text":"x"}}],
                 "edges":[{"id":"e","from":"input","to":"output"}]}""".formatted(name, schema, more);
        return with(name, GraphDocument.parse(document));
    }

    /** Publishes one more version. */
    public Published with(String name, GraphDocument document) {
        versions.computeIfAbsent(name, first -> new ArrayList<>()).add(document);
        return this;
    }

    @Override
    public OptionalInt newest(String name) {
        return versions.containsKey(name) ? OptionalInt.of(versions.get(name).size()) : OptionalInt.empty();
    }

    @Override
    public Optional<GraphDocument> version(GraphRef graph) {
        List<GraphDocument> all = versions.getOrDefault(graph.name(), List.of());
        return graph.version() <= all.size() ? Optional.of(all.get(graph.version() - 1)) : Optional.empty();
    }
}
