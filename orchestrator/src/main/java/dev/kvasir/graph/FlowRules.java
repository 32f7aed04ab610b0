package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a run may go: joins and votes (G22), routers (G33), and what caches do not cross (G50 to G52). */
final class FlowRules {

    private final Outline outline;
    private final Loops loops;
    private final Map<NodeId, List<Line>> into = new HashMap<>();
    private final Map<NodeId, List<Line>> outOf = new HashMap<>();
    private final List<Problem> problems;

    FlowRules(Outline outline, Loops loops, List<Problem> problems) {
        this.outline = outline;
        this.loops = loops;
        this.problems = problems;
        for (Line line : outline.lines()) {
            into.computeIfAbsent(line.edge().to(), to -> new ArrayList<>()).add(line);
            outOf.computeIfAbsent(line.edge().from(), from -> new ArrayList<>()).add(line);
        }
    }

    void check() {
        for (Spot spot : outline.spots()) {
            if (spot.node() != null) {
                node(spot, spot.node());
            }
        }
        outline.lines().forEach(this::line);
    }

    private void node(Spot spot, Node node) {
        switch (node) {
            case Node.Router router -> router(spot, router);
            case Node.Join join -> join(spot, join);
            case Node.Vote vote -> vote(spot, vote);
            case Node.Input input -> {}
            case Node.Agent agent -> {}
            case Node.Tool tool -> {}
            case Node.Mapping mapping -> {}
            case Node.Human human -> {}
            case Node.Subgraph subgraph -> {}
            case Node.Output output -> {}
        }
    }

    private void router(Spot spot, Node.Router router) {
        Set<String> led = new HashSet<>();
        outOf.getOrDefault(spot.id(), List.of())
                .forEach(line -> led.add(line.edge().fromPort()));
        router.ports().stream()
                .filter(port -> NodeId.isAllowed(port) && !led.contains(port))
                .forEach(port -> problems.add(Problem.warning(
                                Rule.G33,
                                spot.pointer(),
                                "No edge leaves router '" + spot.id() + "' by port '" + port
                                        + "'. A run that takes it ends there.")
                        .at(spot.id())));
    }

    private void join(Spot spot, Node.Join join) {
        Set<String> branches = new HashSet<>();
        into.getOrDefault(spot.id(), List.of()).stream()
                .map(Line::edge)
                .filter(edge -> !edge.isLoop())
                .forEach(edge -> branches.add(branch(edge)));
        if (join.first() > branches.size()) {
            String lead = branches.size() == 1 ? " leads to it." : " lead to it.";
            problems.add(Problem.error(
                            Rule.G22,
                            spot.pointer() + "/wait",
                            "wait of '" + spot.id() + "' is for " + join.first() + " branches, but " + branches.size()
                                    + lead)
                    .at(spot.id()));
        }
    }

    /** Of the edges from one node only one can come, unless the node is a router that takes all that hold. */
    private String branch(Edge edge) {
        boolean takesAll = outline.spot(edge.from())
                .map(Spot::node)
                .filter(node -> node instanceof Node.Router router && router.pick() == Node.Pick.ALL)
                .isPresent();
        return takesAll ? edge.from() + " " + edge.fromPort() : edge.from().value();
    }

    private void vote(Spot spot, Node.Vote vote) {
        Set<String> senders = new HashSet<>();
        into.getOrDefault(spot.id(), List.of())
                .forEach(line -> senders.add(line.edge().from().value()));
        vote.weights().keySet().stream()
                .filter(name -> !senders.contains(name))
                .forEach(name -> problems.add(Problem.error(
                                Rule.G22,
                                Pointers.child(spot.pointer() + "/weights", name),
                                "weights of '" + spot.id() + "' names '" + name + "', from which no edge leads to it.")
                        .at(spot.id())
                        .hinting(Spelling.nearest(name, senders).orElse(null))));
    }

    private void line(Line line) {
        Edge edge = line.edge();
        Link.Mode mode = edge.link().mode();
        if (!mode.isCache() || edge.isLoop()) {
            return;
        }
        for (Loop loop : loops.crossedBy(edge)) {
            add(
                    line,
                    Rule.G50,
                    "link/mode",
                    "Edge '" + edge.id() + "' is " + mode + " and leads across the border of loop '"
                            + loop.back().id() + "'. Let text cross it, or take both ends into the loop.");
        }
        if (edge.isConditional()) {
            add(
                    line,
                    Rule.G51,
                    "link/mode",
                    "Edge '" + edge.id() + "' is " + mode
                            + ", and whether it is taken shows when its sender has ended. Both run together by then: let text cross it, or"
                            + " ask the condition before '" + edge.from() + "'.");
        }
    }

    private void add(Line line, Rule rule, String field, String detail) {
        problems.add(
                Problem.error(rule, line.pointer(field), detail).at(line.edge().id()));
    }

    /** What cannot run as one, though caches join it. Known when the plan is. */
    static List<Problem> between(Graph graph, Plan plan) {
        List<Problem> problems = new ArrayList<>();
        Together together = new Together(graph);
        for (Island island : plan.islands()) {
            for (Together.Torn torn : together.tears(island)) {
                problems.add(problem(graph, torn));
            }
        }
        return problems;
    }

    private static Problem problem(Graph graph, Together.Torn torn) {
        return switch (torn) {
            case Together.Torn.ByNode(var node) ->
                Problem.error(
                                Rule.G52,
                                "/nodes/" + graph.nodes().indexOf(node),
                                "Node '" + node.id()
                                        + "' lies between agents that share a cache and so run together, and it cannot run with them. Let text"
                                        + " cross between them, or lead the way past '" + node.id() + "'.")
                        .at(node.id());
            case Together.Torn.ByEdge(var edge) ->
                Problem.error(
                                Rule.G51,
                                "/edges/" + graph.edges().indexOf(edge) + (edge.when() == null ? "/fromPort" : "/when"),
                                "Edge '" + edge.id() + "' is decided when '" + edge.from() + "' has ended, but '"
                                        + edge.from() + "' and '" + edge.to()
                                        + "' run together, for caches join them. Let text cross between them, or ask the condition before '"
                                        + edge.from() + "'.")
                        .at(edge.id());
            case Together.Torn.ByLoop(var loop, var outside) ->
                Problem.error(
                                Rule.G50,
                                "/edges/" + graph.edges().indexOf(loop.back()) + "/loop",
                                "Loop '" + loop.back().id() + "' runs '" + loop.head() + "' again, but not '" + outside
                                        + "', which caches join to it. Let text cross between them, or take both into the loop.")
                        .at(loop.back().id());
        };
    }
}
