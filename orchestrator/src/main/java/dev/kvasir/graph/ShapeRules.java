package dev.kvasir.graph;

import dev.kvasir.graph.NodeOptions.OnError;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How nodes and edges hang together: rules G01 to G13. */
final class ShapeRules {

    private static final int MAX_GUESSES = 20;
    private static final int MAX_LOOPS = 50;

    private final Outline outline;
    private final List<Problem> problems;
    private final Map<NodeId, Integer> places;
    private final Wiring wiring;
    private final Loops found;
    private int guesses;

    ShapeRules(Outline outline, List<Problem> problems) {
        this.outline = outline;
        this.problems = problems;
        this.places = outline.places();
        this.wiring = wired();
        this.found = Loops.of(
                outline.spots().stream().map(Spot::id).toList(),
                outline.lines().stream().map(Line::edge).toList(),
                wiring);
    }

    Earlier earlier() {
        return new Earlier(outline, wiring, found);
    }

    /** Edges between nodes that exist, those that go back left out. */
    private Wiring wired() {
        Wiring wired = new Wiring(outline.spots().size());
        for (Line line : outline.lines()) {
            Integer from = places.get(line.edge().from());
            Integer to = places.get(line.edge().to());
            if (from != null && to != null && !from.equals(to) && !line.edge().isLoop()) {
                wired.connect(from, to);
            }
        }
        return wired;
    }

    void check() {
        ends();
        twins();
        outline.lines().forEach(this::edge);
        failures();
        duplicates();
        turns();
        reach();
        cycles();
    }

    private void ends() {
        List<Spot> inputs = spots(Node.Kind.INPUT);
        if (inputs.isEmpty()) {
            problems.add(Problem.error(Rule.G01, "/nodes", "The graph has no input node. Add one."));
        } else if (inputs.size() > 1) {
            String names = inputs.stream().map(spot -> spot.id().value()).collect(Collectors.joining(", "));
            problems.add(Problem.error(
                            Rule.G01,
                            inputs.get(1).pointer(),
                            inputs.size() + " input nodes (" + names + "). Keep one.")
                    .at(inputs.get(1).id()));
        }
        if (spots(Node.Kind.OUTPUT).isEmpty()) {
            problems.add(Problem.error(Rule.G02, "/nodes", "The graph has no output node. Add one."));
        }
    }

    private List<Spot> spots(Node.Kind kind) {
        return outline.spots().stream().filter(spot -> spot.is(kind)).toList();
    }

    private void twins() {
        Set<NodeId> nodes = new HashSet<>();
        for (Spot spot : outline.spots()) {
            if (!nodes.add(spot.id())) {
                problems.add(Problem.error(
                                Rule.G03,
                                spot.pointer() + "/id",
                                "Two nodes are called '" + spot.id() + "'. Give each node its own id.")
                        .at(spot.id()));
            }
        }
        Set<EdgeId> edges = new HashSet<>();
        for (Line line : outline.lines()) {
            if (!edges.add(line.edge().id())) {
                problems.add(problem(
                        Rule.G03,
                        line,
                        "id",
                        "Two edges are called '" + line.edge().id() + "'. Give each edge its own id."));
            }
        }
    }

    private void edge(Line line) {
        Edge edge = line.edge();
        missing(line, "from", edge.from(), "comes from");
        missing(line, "to", edge.to(), "goes to");
        if (edge.from().equals(edge.to()) && places.containsKey(edge.from())) {
            problems.add(problem(
                    Rule.G05,
                    line,
                    "to",
                    "Node '" + edge.from() + "' cannot be its own neighbour (edge '" + edge.id() + "')."));
        }
        port(line);
    }

    private void missing(Line line, String field, NodeId id, String verb) {
        if (!id.value().isEmpty() && !places.containsKey(id)) {
            problems.add(problem(
                            Rule.G04,
                            line,
                            field,
                            "Edge '" + line.edge().id() + "' " + verb + " '" + id + "', which does not exist.")
                    .hinting(meant(id)));
        }
    }

    /** Guessing compares with every node, so that only the first of many faults get a guess. */
    private @Nullable String meant(NodeId id) {
        if (guesses++ >= MAX_GUESSES) {
            return null;
        }
        List<String> ids = places.keySet().stream().map(NodeId::value).toList();
        return Spelling.nearest(id.value(), ids).orElse(null);
    }

    private void port(Line line) {
        Edge edge = line.edge();
        Node node = outline.spot(edge.from()).map(Spot::node).orElse(null);
        if (node == null) {
            return;
        }
        List<String> ports = node.ports();
        if (!ports.contains(edge.fromPort())) {
            String has = ports.isEmpty()
                    ? "no ports"
                    : "the port" + (ports.size() > 1 ? "s " : " ") + String.join(", ", ports);
            problems.add(problem(
                    Rule.G12,
                    line,
                    "fromPort",
                    "Edge '" + edge.id() + "' leaves by port '" + edge.fromPort() + "'; node '" + edge.from() + "' has "
                            + has + "."));
        } else if (edge.fromPort().equals(Edge.FAIL) && node.options().onError() != OnError.PORT) {
            problems.add(problem(
                    Rule.G12,
                    line,
                    "fromPort",
                    "Edge '" + edge.id() + "' leaves by port 'fail', but a failure of '" + edge.from()
                            + "' does not go there. Give '" + edge.from() + "' \"onError\": \"PORT\"."));
        }
    }

    /** A failure that is to go somewhere needs to be led there. */
    private void failures() {
        for (Spot spot : outline.spots()) {
            Node node = spot.node();
            if (node == null || node.options().onError() != OnError.PORT) {
                continue;
            }
            boolean isLed = outline.lines().stream()
                    .anyMatch(line -> line.edge().from().equals(spot.id())
                            && line.edge().fromPort().equals(Edge.FAIL));
            if (!node.ports().contains(Edge.FAIL)) {
                problems.add(Problem.error(
                                Rule.G12,
                                spot.pointer() + "/onError",
                                "Node '" + spot.id() + "' has no port 'fail'. Use FAIL or SKIP.")
                        .at(spot.id()));
            } else if (!isLed) {
                problems.add(Problem.error(
                                Rule.G12,
                                spot.pointer() + "/onError",
                                "No edge leaves '" + spot.id()
                                        + "' by port 'fail', where its failures go. Draw one, or use SKIP.")
                        .at(spot.id()));
            }
        }
    }

    private record Way(NodeId from, NodeId to, String port) {}

    private void duplicates() {
        Map<Way, Edge> first = new HashMap<>();
        for (Line line : outline.lines()) {
            Edge edge = line.edge();
            Edge earlier = first.putIfAbsent(new Way(edge.from(), edge.to(), edge.fromPort()), edge);
            if (earlier != null) {
                problems.add(problem(
                        Rule.G13,
                        line,
                        "",
                        "Edges '" + earlier.id() + "' and '" + edge.id() + "' are the same: " + edge.from() + " → "
                                + edge.to() + " by port '" + edge.fromPort() + "'. Keep one."));
            }
        }
    }

    private void turns() {
        outline.lines().stream().filter(line -> line.edge().isLoop()).forEach(line -> {
            limit(line);
            head(line);
            text(line);
        });
        overlaps();
    }

    private void limit(Line line) {
        Integer limit = line.edge().loop();
        if (limit != null && (limit < 1 || limit > 100)) {
            problems.add(problem(
                    Rule.G09,
                    line,
                    "loop/maxIterations",
                    "Loop edge '" + line.edge().id() + "' needs maxIterations between 1 and 100, not " + limit + "."));
        }
    }

    private void head(Line line) {
        Edge edge = line.edge();
        String goes = "Loop edge '" + edge.id() + "' goes to '" + edge.to() + "', which ";
        if (places.containsKey(edge.from()) && places.containsKey(edge.to()) && !leadsBack(edge)) {
            problems.add(problem(Rule.G10, line, "to", goes + "does not lead back to '" + edge.from() + "'."));
        }
        if (outline.spot(edge.to()).filter(spot -> spot.is(Node.Kind.INPUT)).isPresent()) {
            problems.add(problem(Rule.G10, line, "to", goes + "a run enters once. Let it go to a node behind it."));
        }
    }

    private void text(Line line) {
        Link.Mode mode = line.edge().link().mode();
        if (mode != Link.Mode.TEXT) {
            problems.add(problem(
                    Rule.G11,
                    line,
                    "link/mode",
                    "Loop edge '" + line.edge().id() + "' is " + mode + ". A loop edge carries text."));
        }
    }

    private void overlaps() {
        List<Loop> all = found.all();
        if (all.size() > MAX_LOOPS) {
            problems.add(Problem.error(
                    Rule.G15, "/edges", "The graph has " + all.size() + " loops; the limit is " + MAX_LOOPS + "."));
            return;
        }
        for (int i = 0; i < all.size(); i++) {
            for (Loop inner : all.subList(i + 1, all.size())) {
                Loop outer = all.get(i);
                boolean isNested = outer.holds(inner) && !inner.holds(outer);
                if (outer.meets(inner) && !isNested) {
                    overlap(outer, inner);
                }
            }
        }
    }

    private void overlap(Loop one, Loop other) {
        boolean isSame = one.body().equals(other.body());
        String both = "Loops '" + one.back().id() + "' and '" + other.back().id() + "' ";
        String detail = isSame
                ? both + "run the same nodes again. Let one edge go back for both."
                : both + "share nodes, and neither lies within the other. Let one contain the other, or part them.";
        outline.lines().stream()
                .filter(line -> line.edge().equals(other.back()))
                .findFirst()
                .ifPresent(line -> problems.add(problem(Rule.G49, line, "loop", detail)));
    }

    /** The loops of the document, as far as their edges have ends. */
    Loops loops() {
        return found;
    }

    private boolean leadsBack(Edge edge) {
        return wiring.to(places.getOrDefault(edge.from(), 0)).get(places.getOrDefault(edge.to(), 0));
    }

    private void reach() {
        BitSet inputs = bits(Node.Kind.INPUT);
        BitSet outputs = bits(Node.Kind.OUTPUT);
        BitSet reached = wiring.from(inputs);
        BitSet leading = wiring.to(outputs);
        for (Spot spot : outline.spots()) {
            if (!inputs.isEmpty() && !reached.get(spot.index())) {
                problems.add(Problem.error(
                                Rule.G06,
                                spot.pointer(),
                                "Node '" + spot.id() + "' cannot be reached from the input. Connect or remove it.")
                        .at(spot.id()));
            }
            if (!outputs.isEmpty() && !leading.get(spot.index())) {
                problems.add(Problem.error(
                                Rule.G07,
                                spot.pointer(),
                                "Nothing leads from node '" + spot.id() + "' to an output. Connect or remove it.")
                        .at(spot.id()));
            }
        }
    }

    private BitSet bits(Node.Kind kind) {
        BitSet bits = new BitSet();
        spots(kind).forEach(spot -> bits.set(spot.index()));
        return bits;
    }

    private void cycles() {
        for (List<Integer> knot : wiring.knots()) {
            if (knot.size() > 1) {
                List<Integer> cycle = wiring.cycleThrough(knot.getFirst());
                List<String> names = new ArrayList<>();
                cycle.forEach(place -> names.add(outline.spots().get(place).id().value()));
                Spot spot = outline.spots().get(knot.getFirst());
                problems.add(Problem.error(
                                Rule.G08,
                                spot.pointer(),
                                "Nodes " + String.join(" → ", names)
                                        + " form a cycle. Mark the edge that goes back as a loop, with a limit.")
                        .at(spot.id()));
            }
        }
    }

    private static Problem problem(Rule rule, Line line, String field, String detail) {
        String pointer = field.isEmpty() ? line.pointer() : line.pointer(field);
        return Problem.error(rule, pointer, detail).at(line.edge().id());
    }
}
