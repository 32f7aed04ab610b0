package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which caches can travel from one pool's worker to another's, and what must not be torn apart: rule G43. */
final class HopRules {

    private final Outline outline;
    private final Registry registry;
    private final List<Problem> problems;

    HopRules(Outline outline, Registry registry, List<Problem> problems) {
        this.outline = outline;
        this.registry = registry;
        this.problems = problems;
    }

    void check() {
        List<String> pools = registry.pools();
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent && !pools.isEmpty()) {
                pool(spot, agent, pools);
            }
        }
        outline.lines().forEach(this::line);
    }

    /** A run may wait for a worker that is not there yet. */
    private void pool(Spot spot, Node.Agent agent, List<String> pools) {
        String pool = agent.site().pool();
        if (!pools.contains(pool)) {
            problems.add(Problem.warning(
                            Rule.G43,
                            spot.pointer() + "/pool",
                            "No worker of pool '" + pool + "' is there now, so runs wait at '" + spot.id()
                                    + "'. Start one with: kvasir worker --pool " + pool + ". There are: "
                                    + String.join(", ", pools) + ".")
                    .at(spot.id())
                    .hinting(Spelling.nearest(pool, pools).orElse(null)));
        }
    }

    private void line(Line line) {
        Optional<Node.Agent> from = agent(line.edge().from());
        Optional<Node.Agent> to = agent(line.edge().to());
        if (from.isEmpty() || to.isEmpty()) {
            return;
        }
        String sharing = from.get().site().pool();
        String receiving = to.get().site().pool();
        if (!line.edge().link().mode().isCache() || sharing.equals(receiving)) {
            return;
        }
        String where = "from pool '" + sharing + "' to pool '" + receiving + "'";
        switch (line.edge().link()) {
            case Link.CachePrefix prefix -> prefix(line, prefix, from.get(), to.get(), where);
            case Link.Fused fused -> impossible(line, where);
            case Link.TextAndFused both -> impossible(line, where);
            case Link.Handover handover -> {}
            case Link.Text text -> {}
            case Link.Auto auto -> {}
        }
    }

    /** Layers are chosen by a sample that both models read; one model does for itself. */
    private void prefix(Line line, Link.CachePrefix prefix, Node.Agent from, Node.Agent to, String where) {
        if (prefix.layers() == null && !isOneModel(from, to)) {
            problems.add(Problem.error(
                            Rule.G43,
                            line.pointer("link"),
                            "Edge '" + line.edge().id() + "' leads " + where
                                    + ", and no worker has both models to choose its layers by. Name them, such as"
                                    + " \"layers\": [2, 3].")
                    .at(line.edge().id()));
        }
    }

    private boolean isOneModel(Node.Agent from, Node.Agent to) {
        return registry.model(from.model())
                .flatMap(sharer -> registry.model(to.model()).map(sharer::isSameRevisionAs))
                .orElse(true); // rule G17 tells of a model that is not there
    }

    private void impossible(Line line, String where) {
        Link.Mode mode = line.edge().link().mode();
        problems.add(Problem.error(
                        Rule.G43,
                        line.pointer("link/mode"),
                        "Edge '" + line.edge().id() + "' leads " + where + ", which " + mode
                                + " cannot. Use CACHE_PREFIX, HANDOVER or TEXT, or give both agents one pool.")
                .at(line.edge().id()));
    }

    private Optional<Node.Agent> agent(NodeId id) {
        return outline.spot(id)
                .map(Spot::node)
                .filter(Node.Agent.class::isInstance)
                .map(Node.Agent.class::cast);
    }

    /** Agents that a cache edge joins run on one worker, and so does whatever lies between them. */
    static List<Problem> mixed(Graph graph, Plan plan) {
        List<Problem> mixed = new ArrayList<>();
        for (Island island : plan.islands()) {
            List<NodeId> agents = island.nodes().stream()
                    .filter(id -> graph.pool(id).isPresent())
                    .toList();
            for (NodeId id : agents) {
                String pool = graph.pool(id).orElseThrow();
                String first = graph.pool(agents.getFirst()).orElseThrow();
                if (!pool.equals(first)) {
                    mixed.add(Problem.error(
                                    Rule.G43,
                                    "/nodes/"
                                            + graph.nodes()
                                                    .indexOf(graph.node(id).orElseThrow()) + "/pool",
                                    "Agent '" + id + "' of pool '" + pool + "' has to run together with '"
                                            + agents.getFirst() + "' of pool '" + first
                                            + "': it lies between agents that a cache edge joins. Give it their pool, or make"
                                            + " that edge TEXT.")
                            .at(id));
                }
            }
        }
        return mixed;
    }
}
