package dev.kvasir.run;

import dev.kvasir.graph.Composition;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Fallback;
import dev.kvasir.graph.Link;
import dev.kvasir.graph.LinkPlan;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How the edges of a run cross now: as planned, until one falls back. */
final class IslandModes {

    private final RunGraph planned;
    private final List<LinkPlan> links;

    IslandModes(RunGraph graph) {
        this.planned = graph;
        this.links = new ArrayList<>(graph.plan().links());
    }

    /** The graph with the modes as they are now. */
    RunGraph plan() {
        return new RunGraph(planned.graph(), new Plan(links, planned.plan().islands()));
    }

    LinkPlan plan(Edge edge) {
        return links.get(index(edge));
    }

    /** Whether something needs the node's text, or its cache with the reply in it. */
    boolean writes(NodeId node) {
        return Composition.needsText(planned.graph(), plan().plan(), node)
                || !hasReceiver(node)
                || leaving(node).stream().anyMatch(IslandModes::mayBecomeText);
    }

    /** A node that leads to no cache edge has nothing else to do than to write. */
    private boolean hasReceiver(NodeId node) {
        return planned.graph().outOf(node).stream().anyMatch(edge -> mode(edge).isCache());
    }

    /** Where its cache goes far away, nobody can ask the node for its text afterwards. */
    private static boolean mayBecomeText(Edge edge) {
        return edge.link().fallback().to() == Fallback.Target.TEXT;
    }

    /** The edges by which the node's cache leaves for another pool's worker. */
    List<Edge> leaving(NodeId node) {
        return planned.graph().outOf(node).stream()
                .filter(edge -> isHop(edge) && mode(edge).isCache())
                .toList();
    }

    /** Whether the edge leads to or from another pool's worker. */
    boolean isHop(Edge edge) {
        return planned.graph().isHop(edge);
    }

    boolean isHandedOver(NodeId node) {
        return planned.graph().outOf(node).stream().anyMatch(edge -> mode(edge) == Link.Mode.HANDOVER);
    }

    /** The edge by which the node continues a cache. */
    Optional<Edge> handedTo(NodeId node) {
        return planned.graph().into(node).stream()
                .filter(edge -> mode(edge) == Link.Mode.HANDOVER)
                .findFirst();
    }

    /** The edges whose caches are fused into the node's, in the order of their ranks. */
    List<Edge> fusedInto(NodeId node) {
        return planned.graph().into(node).stream()
                .filter(edge -> mode(edge) == Link.Mode.C2C || mode(edge) == Link.Mode.TEXT_C2C)
                .sorted(Comparator.comparingInt(edge -> rank(edge.link())))
                .toList();
    }

    /** The edge by which the node gets a cache put before its own. */
    Optional<Edge> prefixOf(NodeId node) {
        return planned.graph().into(node).stream()
                .filter(edge -> mode(edge) == Link.Mode.CACHE_PREFIX)
                .findFirst();
    }

    /** The edge by which a cache comes to the node from another worker, to be continued or put before its own. */
    Optional<Edge> arriving(NodeId node) {
        return prefixOf(node).or(() -> handedTo(node)).filter(this::isHop);
    }

    List<Edge> cacheInto(NodeId node) {
        return planned.graph().into(node).stream()
                .filter(edge -> mode(edge).isCache())
                .toList();
    }

    /** The fuser that the plan chose, or the one that the edge names. */
    String fuser(Edge edge) {
        String fuser = plan(edge).fuser();
        return fuser == null ? Link.Fusion.AUTO : fuser;
    }

    boolean covers(Edge edge, Fallback.Cause cause) {
        return edge.link().fallback().covers(cause);
    }

    void fallBack(Edge edge, Fallback.Cause cause, String sentence) {
        int index = index(edge);
        links.set(index, links.get(index).fallenBack(cause, sentence));
    }

    private Link.Mode mode(Edge edge) {
        return plan(edge).effective();
    }

    private static int rank(Link link) {
        return switch (link) {
            case Link.Fused fused -> fused.fusion().rank();
            case Link.TextAndFused fused -> fused.fusion().rank();
            case Link.Text text -> 0;
            case Link.Handover handover -> 0;
            case Link.CachePrefix prefix -> 0;
            case Link.Auto auto -> 0;
        };
    }

    private int index(Edge edge) {
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).edge().equals(edge.id())) {
                return i;
            }
        }
        throw new IllegalStateException("Edge '" + edge.id() + "' is not planned");
    }
}
