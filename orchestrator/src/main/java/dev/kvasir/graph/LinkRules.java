package dev.kvasir.graph;

import dev.kvasir.graph.Fit.Misfit;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Registry.Fuser;
import dev.kvasir.graph.Registry.Location;
import dev.kvasir.graph.Registry.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What models and links fit together: rules G15 (cache edges), G17, G23 to G30, G32, G37, G39, G40 and G42. */
final class LinkRules {

    private static final int MAX_CACHE_EDGES = 32;
    private static final int MAX_SHARERS = 4;

    private final Outline outline;
    private final Registry registry;
    private final Fit fit;
    private final OpaqueEdges opaque;
    private final List<Problem> problems;

    LinkRules(Outline outline, Registry registry, OpaqueEdges opaque, List<Problem> problems) {
        this.outline = outline;
        this.registry = registry;
        this.fit = new Fit(registry);
        this.opaque = opaque;
        this.problems = problems;
    }

    void check() {
        limits();
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent) {
                agent(spot, agent);
            }
        }
        outline.lines().forEach(this::line);
    }

    private void limits() {
        long caches = outline.lines().stream().filter(LinkRules::isCache).count();
        if (caches > MAX_CACHE_EDGES) {
            problems.add(Problem.error(
                    Rule.G15,
                    "/edges",
                    "The graph has " + caches + " cache edges; the limit is " + MAX_CACHE_EDGES + "."));
        }
    }

    private static boolean isCache(Line line) {
        return line.edge().link().mode().isCache();
    }

    private void agent(Spot spot, Node.Agent agent) {
        if (!agent.model().isBlank() && registry.model(agent.model()).isEmpty()) {
            List<String> known = registry.modelNames();
            problems.add(Problem.error(
                            Rule.G17,
                            spot.pointer() + "/model",
                            "Agent '" + spot.id() + "' names model '" + agent.model()
                                    + "', which is not registered. Known: "
                                    + (known.isEmpty() ? "none" : String.join(", ", known)) + ".")
                    .at(spot.id())
                    .hinting(Spelling.nearest(agent.model(), known).orElse(null)));
        }
        if (agent.generation().isUnseededSampling()) {
            problems.add(Problem.warning(
                            Rule.G40,
                            spot.pointer() + "/generation",
                            "Agent '" + spot.id() + "' samples (temperature "
                                    + CanonicalJson.number(agent.generation().temperature())
                                    + ") without a seed; runs will differ.")
                    .at(spot.id()));
        }
        takeovers(spot, agent);
    }

    private void takeovers(Spot spot, Node.Agent agent) {
        List<Line> inbound = outline.lines().stream()
                .filter(line -> line.edge().to().equals(spot.id()))
                .toList();
        long sharers = inbound.stream().filter(LinkRules::isCache).count();
        if (sharers > MAX_SHARERS) {
            problems.add(Problem.error(
                            Rule.G15,
                            spot.pointer(),
                            "Agent '" + spot.id() + "' has " + sharers + " sharers; the limit is " + MAX_SHARERS + ".")
                    .at(spot.id()));
        }
        List<Line> handovers = inbound.stream()
                .filter(line -> line.edge().link().mode() == Link.Mode.HANDOVER)
                .toList();
        if (handovers.size() > 1) {
            String names =
                    handovers.stream().map(line -> line.edge().id().value()).collect(Collectors.joining(", "));
            problems.add(Problem.error(
                            Rule.G32,
                            handovers.get(1).pointer("link/mode"),
                            "Node '" + spot.id() + "' takes over " + (handovers.size() == 2 ? "two" : handovers.size())
                                    + " caches by HANDOVER (" + names + "). It can continue one.")
                    .at(spot.id()));
        }
        alone(spot, inbound);
        if (!handovers.isEmpty() && agent.prompt().system() != null) {
            problems.add(Problem.error(
                            Rule.G32,
                            spot.pointer() + "/prompt/system",
                            "Node '" + spot.id()
                                    + "' has a system prompt of its own. Under HANDOVER it continues the sender's.")
                    .at(spot.id()));
        }
    }

    /** A cache that is continued, or stands in front, takes the receiver's beginning for itself. */
    private void alone(Spot spot, List<Line> inbound) {
        List<Line> caches = inbound.stream().filter(LinkRules::isCache).toList();
        for (Line line : caches) {
            Link.Mode mode = line.edge().link().mode();
            boolean others = mode == Link.Mode.HANDOVER
                    ? caches.stream().anyMatch(other -> other.edge().link().mode() != mode)
                    : caches.size() > 1;
            if (others && (mode == Link.Mode.CACHE_PREFIX || mode == Link.Mode.HANDOVER)) {
                problems.add(at(
                        line,
                        Problem.error(
                                        Rule.G32,
                                        line.pointer("link/mode"),
                                        "Node '" + spot.id() + "' takes over a cache by " + mode + " ("
                                                + line.edge().id() + ") and others beside it. It must be the only one.")
                                .at(spot.id())));
            }
        }
        boolean isPrefix = outline.lines().stream()
                .anyMatch(line -> line.edge().from().equals(spot.id())
                        && line.edge().link().mode() == Link.Mode.CACHE_PREFIX);
        if (isPrefix && !caches.isEmpty()) {
            problems.add(Problem.error(
                            Rule.G32,
                            caches.getFirst().pointer("link/mode"),
                            "Node '" + spot.id() + "' takes over a cache ("
                                    + caches.getFirst().edge().id()
                                    + "), but under CACHE_PREFIX it reads its own messages alone. Use TEXT on one side.")
                    .at(spot.id()));
        }
    }

    private void line(Line line) {
        Link.Mode mode = line.edge().link().mode();
        if (!mode.isCache()) {
            return;
        }
        if (opaque == OpaqueEdges.FORBIDDEN) {
            forbidden(line);
        }
        boolean fromAgent = isAgent(line, line.edge().from());
        boolean toAgent = isAgent(line, line.edge().to());
        if (line.edge().link().fallback().to() == Fallback.Target.TEXT) {
            problems.add(at(
                    line,
                    Problem.warning(
                            Rule.G39,
                            line.pointer("link/fallback"),
                            "Edge '" + line.edge().id() + "' may fall back to TEXT.")));
        }
        Optional<Fit.End> from = end(line.edge().from());
        Optional<Fit.End> to = end(line.edge().to());
        if (fromAgent && toAgent && from.isPresent() && to.isPresent()) {
            fit(line, from.get(), to.get());
        }
    }

    private void forbidden(Line line) {
        Edge edge = line.edge();
        Problem problem = Problem.error(
                Rule.G42,
                line.pointer("link/mode"),
                "Edge '" + edge.id() + "' is " + edge.link().mode() + ", but " + OpaqueEdges.SENTENCE
                        + ". Make it TEXT, or let its fallback to TEXT cover FORBIDDEN.");
        boolean isCovered = edge.link().fallback().covers(Fallback.Cause.FORBIDDEN);
        problems.add(at(line, isCovered ? problem.asWarning() : problem));
    }

    private boolean isAgent(Line line, NodeId id) {
        Optional<Spot> spot = outline.spot(id);
        if (spot.isEmpty()
                || spot.get().is(Node.Kind.AGENT)
                || spot.get().kind().isBlank()) {
            return spot.isPresent();
        }
        String kind = spot.get().kind();
        String article = "aeiou".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ";
        problems.add(at(
                line,
                Problem.error(
                        Rule.G23,
                        line.pointer("link/mode"),
                        "Edge '" + line.edge().id() + "' is "
                                + line.edge().link().mode() + ", but '" + id + "' is " + article + kind
                                + ". Only agents share and receive caches.")));
        return false;
    }

    private Optional<Fit.End> end(NodeId id) {
        return outline.spot(id)
                .map(Spot::node)
                .filter(Node.Agent.class::isInstance)
                .map(Node.Agent.class::cast)
                .flatMap(agent -> registry.model(agent.model()).map(model -> new Fit.End(id, agent.model(), model)));
    }

    private void fit(Line line, Fit.End sharer, Fit.End receiver) {
        Edge edge = line.edge();
        layers(line, receiver);
        wireLayers(line, sharer);
        List<Misfit> misfits = switch (edge.link()) {
            case Link.Fused fused -> fused(line, fused.fusion(), sharer, receiver);
            case Link.TextAndFused both -> fused(line, both.fusion(), sharer, receiver);
            case Link.Handover handover -> fit.handover(edge.id(), sharer, receiver);
            case Link.CachePrefix prefix -> fit.prefix(edge.id(), sharer, receiver);
            case Link.Text text -> List.of();
            case Link.Auto auto -> List.of();
        };
        for (Misfit misfit : misfits) {
            boolean isNamed = misfit.rule() == Rule.G24 || misfit.rule() == Rule.G25 || misfit.rule() == Rule.G26;
            Problem problem = Problem.error(
                            misfit.rule(), line.pointer(isNamed ? "link/fuser" : "link/mode"), misfit.detail())
                    .hinting(misfit.hint());
            boolean isCovered = misfit.cause() != null && edge.link().fallback().covers(misfit.cause());
            problems.add(at(line, isCovered ? problem.asWarning() : problem));
        }
    }

    private void layers(Line line, Fit.End receiver) {
        List<Integer> layers = line.edge().link().namedLayers();
        int count = receiver.model().cache().layers();
        if (count > 0 && !layers.isEmpty() && layers.getLast() >= count) {
            problems.add(at(
                    line,
                    Problem.error(
                            Rule.G22,
                            line.pointer("link/layers"),
                            "layers of edge '" + line.edge().id() + "' must be between 0 and " + (count - 1) + ", not "
                                    + layers.getLast() + ".")));
        }
    }

    private void wireLayers(Line line, Fit.End sharer) {
        List<Integer> layers = line.edge().link().wire().layers();
        int count = sharer.model().cache().layers();
        if (count > 0 && layers != null && !layers.isEmpty() && layers.getLast() >= count) {
            problems.add(at(
                    line,
                    Problem.error(
                            Rule.G22,
                            line.pointer("link/wire/layers"),
                            "Wire layers of edge '" + line.edge().id() + "' must be between 0 and " + (count - 1)
                                    + ", those of " + sharer.name() + ", not " + layers.getLast() + ".")));
        }
    }

    private List<Misfit> fused(Line line, Link.Fusion fusion, Fit.End sharer, Fit.End receiver) {
        List<Misfit> misfits = fit.fused(line.edge().id(), fusion, sharer, receiver);
        if (misfits.isEmpty()) {
            fit.fuser(fusion, sharer.model(), receiver.model())
                    .ifPresent(fuser -> revisions(line, fuser, sharer, receiver));
        }
        return misfits;
    }

    private void revisions(Line line, Fuser fuser, Fit.End sharer, Fit.End receiver) {
        List<Registry.End> trained = List.of(fuser.sharer(), fuser.receiver());
        List<Model> models = List.of(sharer.model(), receiver.model());
        for (int i = 0; i < trained.size(); i++) {
            if (trained.get(i).isOtherRevisionOf(models.get(i))) {
                problems.add(at(
                        line,
                        Problem.warning(
                                Rule.G37,
                                line.pointer("link/fuser"),
                                "Fuser '" + fuser.name() + "' was trained on another revision of "
                                        + trained.get(i).model() + " (digest "
                                        + shortDigest(trained.get(i).digest()) + ").")));
            }
        }
    }

    private static String shortDigest(String digest) {
        return digest.length() <= 8 ? digest : digest.substring(0, 8);
    }

    /** Rule G38: what an island's models need together, where they are to lie on one device. */
    static List<Problem> memory(Graph graph, Plan plan, Registry registry) {
        List<Problem> tooLarge = new ArrayList<>();
        long largest = registry.largestDeviceBytes().orElse(Long.MAX_VALUE);
        for (Island island : plan.islands()) {
            List<Node.Agent> agents = graph.nodes().stream()
                    .filter(node -> island.nodes().contains(node.id()) && node instanceof Node.Agent)
                    .map(Node.Agent.class::cast)
                    .toList();
            long bytes = agents.stream()
                    .flatMap(agent -> registry.model(agent.model()).stream())
                    .filter(model -> model.location() == Location.LOCAL)
                    .distinct()
                    .mapToLong(Model::sizeInBytes)
                    .sum();
            if (bytes > largest) {
                tooLarge.add(tooLarge(agents, bytes, largest));
            }
        }
        return tooLarge;
    }

    private static Problem tooLarge(List<Node.Agent> agents, long bytes, long largest) {
        String names = agents.stream().map(agent -> agent.id().value()).collect(Collectors.joining(", "));
        String detail = (agents.size() == 1 ? "Node " + names + " needs " : "Nodes " + names + " need ")
                + gibibytes(bytes) + (agents.size() == 1 ? "" : " together") + "; the largest device has "
                + gibibytes(largest) + ".";
        return Problem.warning(Rule.G38, "/nodes", detail).at(agents.getFirst().id());
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    private static Problem at(Line line, Problem problem) {
        return problem.at(line.edge().id());
    }
}
