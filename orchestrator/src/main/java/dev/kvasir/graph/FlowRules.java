package dev.kvasir.graph;

import dev.kvasir.condition.Condition;
import dev.kvasir.condition.ConditionSyntaxException;
import dev.kvasir.condition.Names;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a run may go: conditions (G21), joins and votes (G22), and what caches do not cross (G50 to G52). */
final class FlowRules {

    private final Outline outline;
    private final Wiring wiring;
    private final Loops loops;
    private final Map<NodeId, Integer> places;
    private final List<Problem> problems;

    FlowRules(Outline outline, Wiring wiring, Loops loops, List<Problem> problems) {
        this.outline = outline;
        this.wiring = wiring;
        this.loops = loops;
        this.places = outline.places();
        this.problems = problems;
    }

    void check() {
        for (Spot spot : outline.spots()) {
            Node node = spot.node();
            if (node != null) {
                node.conditions().forEach(slot -> condition(spot, slot));
                senders(spot, node);
            }
        }
        outline.lines().forEach(this::line);
    }

    private void condition(Spot spot, Node.Slot slot) {
        fault(slot.source(), before(spot.index(), spot.id()), slot.what())
                .forEach(detail -> problems.add(Problem.error(Rule.G21, spot.pointer() + slot.field(), detail)
                        .at(spot.id())));
    }

    private static List<String> fault(String source, Names names, String what) {
        try {
            Condition.parse(source, names);
            return List.of();
        } catch (ConditionSyntaxException fault) {
            return List.of(what + ": " + fault.getMessage() + ". It must be true or false.");
        }
    }

    /** What has spoken when a node runs: all before it, and itself when the condition is one of an edge that leaves it. */
    private Names before(int place, NodeId node) {
        Set<String> names = new HashSet<>();
        BitSet before = wiring.to(place);
        for (Spot spot : outline.spots()) {
            boolean isThere = before.get(spot.index()) || loops.share(spot.id(), node);
            if (isThere && spot.node() != null && spot.node().speaks()) {
                names.add(spot.id().value());
            }
        }
        return new Names(names);
    }

    private void senders(Spot spot, Node node) {
        Set<String> senders = new HashSet<>();
        outline.lines().stream()
                .filter(line -> line.edge().to().equals(spot.id()))
                .forEach(line -> senders.add(line.edge().from().value()));
        if (node instanceof Node.Join join && join.first() > senders.size()) {
            problems.add(Problem.error(
                            Rule.G22,
                            spot.pointer() + "/wait",
                            "wait of '" + spot.id() + "' is for " + join.first() + " branches, but " + senders.size()
                                    + " lead to it.")
                    .at(spot.id()));
        }
        if (node instanceof Node.Vote vote) {
            vote.weights().keySet().stream()
                    .filter(name -> !senders.contains(name))
                    .forEach(name -> problems.add(Problem.error(
                                    Rule.G22,
                                    Pointers.child(spot.pointer() + "/weights", name),
                                    "weights of '" + spot.id() + "' names '" + name
                                            + "', from which no edge leads to it.")
                            .at(spot.id())
                            .hinting(Spelling.nearest(name, senders).orElse(null))));
        }
    }

    private void line(Line line) {
        Edge edge = line.edge();
        Integer from = places.get(edge.from());
        if (edge.when() != null && from != null) {
            fault(edge.when(), before(from, edge.from()), "Condition of edge '" + edge.id() + "'")
                    .forEach(detail -> add(line, Rule.G21, "when", detail));
        }
        Link.Mode mode = edge.link().mode();
        if (!mode.isCache() || edge.isLoop()) {
            return;
        }
        for (Loop loop : loops.all()) {
            if (loop.body().contains(edge.from()) != loop.body().contains(edge.to())) {
                add(
                        line,
                        Rule.G50,
                        "link/mode",
                        "Edge '" + edge.id() + "' is " + mode + " and leads across the border of loop '"
                                + loop.back().id() + "'. Let text cross it, or take both ends into the loop.");
            }
        }
        if (edge.isConditional()) {
            add(
                    line,
                    Rule.G51,
                    edge.when() == null ? "fromPort" : "when",
                    "Edge '" + edge.id() + "' is " + mode
                            + ", and whether it is taken shows when its sender has ended. Both run together by then: let text cross it, or"
                            + " ask the condition before '" + edge.from() + "'.");
        }
    }

    private void add(Line line, Rule rule, String field, String detail) {
        problems.add(
                Problem.error(rule, line.pointer(field), detail).at(line.edge().id()));
    }

    /** Nodes between the ends of caches that cannot run with them. Known when the plan is. */
    static List<Problem> between(Graph graph, Plan plan) {
        return plan.islands().stream()
                .filter(island -> island.nodes().size() > 1)
                .flatMap(island -> island.nodes().stream())
                .flatMap(id -> graph.node(id).stream())
                .filter(node -> !(node instanceof Node.Agent))
                .map(node -> Problem.error(
                                Rule.G52,
                                "/nodes/" + graph.nodes().indexOf(node),
                                "Node '" + node.id()
                                        + "' lies between agents that share a cache and so run together, and it cannot run with them. Let text"
                                        + " cross between them, or lead the way past '" + node.id() + "'.")
                        .at(node.id()))
                .toList();
    }
}
