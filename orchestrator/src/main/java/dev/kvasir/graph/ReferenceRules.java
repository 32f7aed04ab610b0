package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Graphs that run within graphs: rule G34. */
final class ReferenceRules {

    /** How deep graphs may lie within graphs, the outermost not counted. */
    private static final int DEEPEST = 5;

    private static final int MOST_VISITS = 1000;

    private final Outline outline;
    private final KnownGraphs known;
    private final List<Problem> problems;

    ReferenceRules(Outline outline, KnownGraphs known, List<Problem> problems) {
        this.outline = outline;
        this.known = known;
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
    }

    private void reference(Spot spot, String kind, GraphRef graph, List<String> inputs) {
        if (graph.version() == 0) {
            return; // told when it was read
        }
        String subject = kind + " '" + spot.id() + "'";
        Optional<GraphDocument> document = known.version(graph);
        if (document.isEmpty()) {
            add(spot, "graph", subject + " names '" + graph + "'" + missing(graph));
            return;
        }
        nesting(spot, subject, graph);
        inputs(spot, subject, graph, document.get(), inputs);
    }

    private String missing(GraphRef graph) {
        OptionalInt newest = known.newest(graph.name());
        return newest.isPresent()
                ? "; the newest version is " + newest.getAsInt() + "."
                : ", but no graph of that name has been published.";
    }

    private record Way(GraphRef graph, List<String> names) {}

    /** Versions never change, so a graph that names an older self ends somewhere; but it is rarely what was meant. */
    private void nesting(Spot spot, String subject, GraphRef first) {
        Deque<Way> open = new ArrayDeque<>();
        open.add(new Way(first, List.of(outline.name(), first.name())));
        for (int visits = 0; !open.isEmpty() && visits < MOST_VISITS; visits++) {
            Way way = open.remove();
            String last = way.names().getLast();
            if (way.names().indexOf(last) < way.names().size() - 1) {
                add(spot, "graph", subject + " contains itself: " + String.join(" → ", way.names()) + ".");
                return;
            }
            if (way.names().size() > DEEPEST + 1) {
                add(
                        spot,
                        "graph",
                        subject + " nests graphs deeper than " + DEEPEST + ": " + String.join(" → ", way.names())
                                + ".");
                return;
            }
            known.version(way.graph())
                    .ifPresent(document -> within(document).forEach(inner -> {
                        List<String> names = new ArrayList<>(way.names());
                        names.add(inner.name());
                        open.add(new Way(inner, names));
                    }));
        }
    }

    private static List<GraphRef> within(GraphDocument document) {
        List<GraphRef> graphs = new ArrayList<>();
        for (JsonNode node : document.root().path("nodes")) {
            GraphRef.parse(node.path("graph").asString("")).ifPresent(graphs::add);
        }
        return graphs;
    }

    private void inputs(Spot spot, String subject, GraphRef graph, GraphDocument document, List<String> given) {
        JsonNode schema = document.root()
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("kind").asString("").equals("input"))
                .findFirst()
                .map(node -> node.path("schema"))
                .orElseThrow();
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
        for (String name : new TreeSet<>(given)) {
            if (isClosed && !schema.path("properties").has(name)) {
                add(
                        spot,
                        spot.node() instanceof Node.Mapping ? "as" : "inputs",
                        subject + " gives '" + name + "', which " + graph + " does not take.");
            }
        }
    }

    private void add(Spot spot, String field, String detail) {
        problems.add(
                Problem.error(Rule.G34, spot.pointer() + "/" + field, detail).at(spot.id()));
    }
}
