package dev.kvasir.graph;

import dev.kvasir.graph.Fit.Misfit;
import dev.kvasir.graph.Link.Mode;
import dev.kvasir.graph.LinkPlan.Reason;
import dev.kvasir.graph.Registry.Fuser;
import dev.kvasir.graph.Registry.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides how each edge runs, with the models and fusers there are now. */
final class Planner {

    private final Graph graph;
    private final Registry registry;
    private final PairTimes times;
    private final Fit fit;
    private final OpaqueEdges opaque;
    private final Loops loops;

    Planner(Graph graph, Registry registry, Surroundings around) {
        this.graph = graph;
        this.registry = registry;
        this.times = around.times();
        this.fit = new Fit(registry);
        this.opaque = around.opaque();
        this.loops = graph.loops();
    }

    Plan plan() {
        List<LinkPlan> links =
                graph.edges().stream().map(edge -> noted(edge, link(edge))).toList();
        Plan plan = new Plan(links, islands(links));
        Map<NodeId, Together.Torn> torn = torn(plan);
        if (torn.isEmpty()) {
            return plan;
        }
        List<LinkPlan> parted = links.stream().map(link -> parted(link, torn)).toList();
        return new Plan(parted, islands(parted));
    }

    /** For each node of an island that cannot run as one, the first reason. */
    private Map<NodeId, Together.Torn> torn(Plan plan) {
        Together together = new Together(graph);
        Map<NodeId, Together.Torn> torn = new HashMap<>();
        for (Island island : plan.islands()) {
            List<Together.Torn> tears = together.tears(island);
            if (!tears.isEmpty()) {
                island.nodes().forEach(node -> torn.put(node, tears.getFirst()));
            }
        }
        return torn;
    }

    private List<Island> islands(List<LinkPlan> links) {
        Map<EdgeId, Mode> modes = new HashMap<>();
        links.forEach(link -> modes.put(link.edge(), link.effective()));
        return Islands.of(
                graph, edge -> modes.getOrDefault(edge.id(), Mode.TEXT).isCache());
    }

    /** What AUTO joined, though it cannot run as one, is text again. What the document itself joined is rule G52's to tell. */
    private LinkPlan parted(LinkPlan link, Map<NodeId, Together.Torn> torn) {
        Edge edge = graph.edge(link.edge()).orElseThrow();
        Together.Torn reason = torn.get(edge.from());
        boolean isChosen = edge.link().mode() == Mode.AUTO && link.effective().isCache();
        return isChosen && reason != null
                ? planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, reason.sentence(), null)
                : link;
    }

    /** Both profiles cache in 32-bit floats, so an edge may join them; but what it carries is then not what one would compute. */
    private LinkPlan noted(Edge edge, LinkPlan link) {
        if (link.effective().isCache()
                && graph.node(edge.from()).orElseThrow() instanceof Node.Agent from
                && graph.node(edge.to()).orElseThrow() instanceof Node.Agent to
                && profile(from) != profile(to)) {
            return link.noted("The cache is filled under profile %s and used under %s."
                    .formatted(profile(from).json(), profile(to).json()));
        }
        return link;
    }

    private Profile profile(Node.Agent node) {
        return graph.settings().profileOf(node);
    }

    private LinkPlan link(Edge edge) {
        if (opaque == OpaqueEdges.FORBIDDEN && edge.link().mode() != Mode.TEXT) {
            String why = "Opaque edges are forbidden here: only text may cross between agents.";
            return planned(edge, Mode.TEXT, Reason.FORBIDDEN, why, null);
        }
        Optional<Fit.End> from = end(edge.from());
        Optional<Fit.End> to = end(edge.to());
        if (from.isEmpty() || to.isEmpty()) {
            return edge.link().mode() == Mode.AUTO
                    ? planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, "Only agents share and receive caches.", null)
                    : planned(edge, edge.link().mode(), Reason.AS_REQUESTED, null, null);
        }
        return switch (edge.link()) {
            case Link.Text text -> planned(edge, Mode.TEXT, Reason.AS_REQUESTED, null, null);
            case Link.Fused fused -> fused(edge, fused.fusion(), from.get(), to.get());
            case Link.TextAndFused both -> fused(edge, both.fusion(), from.get(), to.get());
            case Link.Handover handover -> asked(edge, fit.handover(edge.id(), from.get(), to.get()), null);
            case Link.CachePrefix prefix -> asked(edge, fit.prefix(edge.id(), from.get(), to.get()), null);
            case Link.Auto auto -> auto(edge, auto.prefer(), from.get(), to.get());
        };
    }

    private LinkPlan fused(Edge edge, Link.Fusion fusion, Fit.End sharer, Fit.End receiver) {
        String fuser = fit.fuser(fusion, sharer.model(), receiver.model())
                .map(Fuser::name)
                .orElse(null);
        return asked(edge, fit.fused(edge.id(), fusion, sharer, receiver), fuser);
    }

    private static LinkPlan asked(Edge edge, List<Misfit> misfits, @Nullable String fuser) {
        for (Misfit misfit : misfits) {
            if (misfit.cause() != null && edge.link().fallback().covers(misfit.cause())) {
                return planned(edge, Mode.TEXT, Reason.of(misfit.cause()), misfit.detail(), null);
            }
        }
        return planned(edge, edge.link().mode(), Reason.AS_REQUESTED, null, fuser);
    }

    private LinkPlan auto(Edge edge, Link.Preference prefer, Fit.End from, Fit.End to) {
        if (edge.isConditional() || edge.isLoop()) {
            String why = "A cache is taken over before its sender has ended, and this edge is decided by then.";
            return planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, why, null);
        }
        if (!loops.crossedBy(edge).isEmpty()) {
            String why = "No cache leads into a loop or out of one (loop '"
                    + loops.crossedBy(edge).getFirst().back().id() + "').";
            return planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, why, null);
        }
        if (isQuoted(edge)) {
            String why = "Node '" + edge.to() + "' quotes the text of '" + edge.from() + "'.";
            return planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, why, null);
        }
        if (graph.isHop(edge)) {
            String why = "AUTO crosses from one pool to another as text. Ask for a mode to let a cache travel.";
            return planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, why, null);
        }
        Optional<Edge> other = alone(edge.to());
        if (other.isPresent()) {
            String why = "Edge '" + other.get().id() + "' is "
                    + other.get().link().mode() + ", beside which no other cache enters node '" + edge.to() + "'.";
            return planned(edge, Mode.TEXT, Reason.AUTO_NO_FUSER, why, null);
        }
        Map<Mode, List<Duration>> logged =
                times.of(from.name(), to.name(), graph.settings().profile());
        AutoChoice.Candidate chosen = new AutoChoice(prefer, from, to, logged).of(candidates(edge, from, to));
        return planned(edge, chosen.mode(), chosen.reason(), chosen.why(), chosen.fuser());
    }

    /** The modes that the edge can have, the one that the rule prefers first. */
    private List<AutoChoice.Candidate> candidates(Edge edge, Fit.End from, Fit.End to) {
        List<AutoChoice.Candidate> candidates = new ArrayList<>();
        if (canContinue(edge) && fit.handover(edge.id(), from, to).isEmpty()) {
            String why = "Both ends run " + to.name() + ".";
            candidates.add(new AutoChoice.Candidate(Mode.HANDOVER, Reason.AUTO_SAME_MODEL, why, null));
        }
        List<Misfit> misfits = fit.fused(edge.id(), Link.Fusion.FULL, from, to);
        if (misfits.isEmpty()) {
            String fuser = fit.fuser(Link.Fusion.FULL, from.model(), to.model())
                    .map(Fuser::name)
                    .orElseThrow();
            String why = "Fuser '" + fuser + "' leads from " + from.name() + " to " + to.name() + ".";
            candidates.add(new AutoChoice.Candidate(Mode.C2C, Reason.AUTO_FUSER, why, fuser));
        }
        String why = misfits.isEmpty() ? "Text always can." : misfits.getFirst().detail();
        candidates.add(new AutoChoice.Candidate(Mode.TEXT, Reason.AUTO_NO_FUSER, why, null));
        return candidates;
    }

    private boolean isQuoted(Edge edge) {
        Node receiver = graph.node(edge.to()).orElseThrow();
        return receiver instanceof Node.Agent agent && Composition.names(agent.prompt(), edge.from());
    }

    /** An edge of a node beside which no other cache enters it: its cache is taken whole, or its own messages are read alone. */
    private Optional<Edge> alone(NodeId node) {
        Stream<Edge> into = graph.into(node).stream().filter(edge -> edge.link().mode() == Mode.HANDOVER);
        Stream<Edge> either = Stream.concat(graph.into(node).stream(), graph.outOf(node).stream())
                .filter(edge -> edge.link().mode() == Mode.CACHE_PREFIX);
        return Stream.concat(into, either).findFirst();
    }

    /** Whether the receiver may take a whole cache over: it has no system prompt, and nothing else comes in as one. */
    private boolean canContinue(Edge edge) {
        boolean isAlone = graph.into(edge.to()).stream()
                .filter(other -> !other.id().equals(edge.id()))
                .noneMatch(
                        other -> other.link().mode().isCache() || other.link().mode() == Mode.AUTO);
        Node receiver = graph.node(edge.to()).orElseThrow();
        return isAlone && receiver instanceof Node.Agent agent && agent.prompt().system() == null;
    }

    private Optional<Fit.End> end(NodeId id) {
        if (graph.node(id).orElseThrow() instanceof Node.Agent agent) {
            Optional<Model> model = registry.model(agent.model());
            return model.map(found -> new Fit.End(id, agent.model(), found));
        }
        return Optional.empty();
    }

    private static LinkPlan planned(
            Edge edge, Mode effective, Reason reason, @Nullable String reasonText, @Nullable String fuser) {
        return new LinkPlan(edge.id(), edge.link().mode(), null, effective, reason, reasonText, fuser);
    }
}
