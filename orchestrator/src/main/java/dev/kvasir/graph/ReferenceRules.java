package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Graphs that run within graphs: rules G34, and G42 for what crosses in them. */
final class ReferenceRules {

    /** How deep graphs may lie within graphs, the outermost not counted. */
    private static final int DEEPEST = 5;

    private static final int MOST_GRAPHS = 200;

    private final Outline outline;
    private final KnownGraphs known;
    private final OpaqueEdges opaque;
    private final Map<GraphRef, Optional<GraphDocument>> found = new HashMap<>();
    private final Map<GraphRef, List<GraphRef>> inner = new HashMap<>();
    private final Map<GraphRef, Optional<Edge>> caches = new HashMap<>();
    private final List<Problem> problems;

    ReferenceRules(Outline outline, Surroundings around, List<Problem> problems) {
        this.outline = outline;
        this.known = around.graphs();
        this.opaque = around.opaque();
        this.problems = problems;
    }

    void check() {
        if (known.equals(KnownGraphs.TAKEN)) {
            return;
        }
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Subgraph subgraph) {
                reference(
                        spot,
                        "Subgraph",
                        subgraph.graph(),
                        List.copyOf(subgraph.inputs().keySet()));
            } else if (spot.node() instanceof Node.Mapping mapping) {
                reference(spot, "Map", mapping.graph(), List.of(mapping.as()));
            }
        }
        if (found.size() == MOST_GRAPHS) {
            problems.add(Problem.error(
                    Rule.G34,
                    "/nodes",
                    "The graph runs " + MOST_GRAPHS
                            + " versions of other graphs or more, those within them counted. Let it run fewer."));
        }
    }

    private void reference(Spot spot, String kind, GraphRef graph, List<String> inputs) {
        if (graph.version() == 0) {
            return; // told when it was read
        }
        String subject = kind + " '" + spot.id() + "'";
        Optional<GraphDocument> document = document(graph);
        if (document.isPresent()) {
            within(spot, subject, graph);
            inputs(spot, subject, graph, document.get(), inputs);
        } else if (found.containsKey(graph)) {
            add(spot, "graph", subject + " names '" + graph + "'" + missing(graph));
        }
    }

    /** A version, looked up once; empty as well where too many have been. */
    private Optional<GraphDocument> document(GraphRef graph) {
        Optional<GraphDocument> document = found.get(graph);
        if (document == null) {
            if (found.size() == MOST_GRAPHS) {
                return Optional.empty();
            }
            document = known.version(graph);
            found.put(graph, document);
        }
        return document;
    }

    private String missing(GraphRef graph) {
        OptionalInt newest = known.newest(graph.name());
        return newest.isPresent()
                ? "; the newest version is " + newest.getAsInt() + "."
                : ", but no graph of that name has been published.";
    }

    /**
     * Goes down level by level. Versions never change, so a graph that names an older self ends somewhere; but it is rarely what was
     * meant.
     */
    private void within(Spot spot, String subject, GraphRef first) {
        Map<GraphRef, List<String>> level = Map.of(first, List.of(outline.name(), first.name()));
        for (int depth = 1; !level.isEmpty(); depth++) {
            Map<GraphRef, List<String>> next = new LinkedHashMap<>();
            for (var way : level.entrySet()) {
                String fault = fault(way.getValue(), depth);
                if (fault != null) {
                    add(spot, "graph", subject + fault);
                    return;
                }
                GraphDocument document = document(way.getKey()).orElse(null);
                if (document != null) {
                    crossing(spot, subject, way.getKey(), document);
                    inner.computeIfAbsent(way.getKey(), ref -> graphs(document))
                            .forEach(ref -> next.putIfAbsent(ref, longer(way.getValue(), ref)));
                }
            }
            level = next;
        }
    }

    private static @Nullable String fault(List<String> names, int depth) {
        String way = String.join(" → ", names) + ".";
        if (names.indexOf(names.getLast()) < names.size() - 1) {
            return " contains itself: " + way;
        }
        return depth > DEEPEST ? " nests graphs deeper than " + DEEPEST + ": " + way : null;
    }

    private static List<String> longer(List<String> names, GraphRef next) {
        List<String> longer = new ArrayList<>(names);
        longer.add(next.name());
        return longer;
    }

    private static List<GraphRef> graphs(GraphDocument document) {
        List<GraphRef> graphs = new ArrayList<>();
        for (JsonNode node : document.root().path("nodes")) {
            GraphRef.parse(node.path("graph").asString("")).ifPresent(graphs::add);
        }
        return graphs;
    }

    private static Optional<Edge> cache(GraphDocument document) {
        return document.graph().stream()
                .flatMap(graph -> graph.edges().stream())
                .filter(edge -> edge.link().mode().isCache())
                .filter(edge -> !edge.link().fallback().covers(Fallback.Cause.FORBIDDEN))
                .findFirst();
    }

    /** What was published when caches might still cross. */
    private void crossing(Spot spot, String subject, GraphRef graph, GraphDocument document) {
        if (opaque == OpaqueEdges.ALLOWED) {
            return;
        }
        caches.computeIfAbsent(graph, ref -> cache(document))
                .ifPresent(edge -> problems.add(Problem.error(
                                Rule.G42,
                                spot.pointer() + "/graph",
                                subject + " runs " + graph + ", whose edge '" + edge.id() + "' is "
                                        + edge.link().mode() + ", but " + OpaqueEdges.SENTENCE
                                        + ". Publish a version of '" + graph.name() + "' without it, and name that.")
                        .at(spot.id())));
    }

    private void inputs(Spot spot, String subject, GraphRef graph, GraphDocument document, List<String> given) {
        JsonNode schema = document.root()
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("kind").asString("").equals("input"))
                .findFirst()
                .map(node -> node.path("schema"))
                .orElseThrow(() -> new IllegalStateException("Published graph " + graph + " has no input node"));
        for (JsonNode required : schema.path("required")) {
            if (!given.contains(required.asString(""))) {
                add(
                        spot,
                        spot.node() instanceof Node.Mapping ? "as" : "inputs",
                        subject + " gives no '" + required.asString("") + "', which " + graph + " requires.");
            }
        }
        boolean isClosed = schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").booleanValue();
        boolean isMap = spot.node() instanceof Node.Mapping;
        for (String name : new TreeSet<>(given)) {
            JsonNode property = schema.path("properties").path(name);
            String field = isMap ? "as" : Pointers.child("inputs", name);
            if (isClosed && property.isMissingNode()) {
                add(spot, field, subject + " gives '" + name + "', which " + graph + " does not take.");
            } else if (!isMap && !takesText(property)) {
                String type = property.path("type").toString();
                add(spot, field, subject + " gives '" + name + "' as text, which " + graph + " takes as " + type + ".");
            }
        }
    }

    /** Whether a property takes texts; a template writes nothing else. */
    private static boolean takesText(JsonNode property) {
        JsonNode type = property.path("type");
        return type.isMissingNode()
                || type.asString("").equals("string")
                || type.valueStream().anyMatch(one -> one.asString("").equals("string"));
    }

    private void add(Spot spot, String field, String detail) {
        problems.add(
                Problem.error(Rule.G34, spot.pointer() + "/" + field, detail).at(spot.id()));
    }
}
