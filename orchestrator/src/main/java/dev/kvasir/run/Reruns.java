package dev.kvasir.run;

import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.Island;
import dev.kvasir.graph.Loop;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.Rerun.Reuse;
import dev.kvasir.run.RunRefusedException.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which nodes of a run run again when another goes on from it. Pure functions.
 *
 * <p>A node runs again if it was asked for, has not succeeded, or comes after one that does. Caches are gone with their run, so an
 * island runs again as a whole, and so does a loop.
 */
final class Reruns {

    private final Graph graph;
    private final List<Island> islands;
    private final Map<String, StepRow> newest;
    private final Rerun rerun;

    /** @param newest the newest step of each node of the earlier run */
    Reruns(RunGraph graph, Map<String, StepRow> newest, Rerun rerun) {
        this.graph = graph.graph();
        this.islands = graph.plan().islands();
        this.newest = Map.copyOf(newest);
        this.rerun = rerun;
    }

    /** The nodes that run again; the others are taken over. */
    Set<NodeId> again() {
        Set<NodeId> again = new HashSet<>(rerun.from());
        graph.nodes().stream().filter(this::isToRun).forEach(node -> again.add(node.id()));
        int before;
        do {
            before = again.size();
            spread(again);
        } while (again.size() > before);
        again.removeAll(rerun.outputs().keySet());
        again.remove(graph.input().id());
        // what was passed by is asked again, and passed by again if all before it is as it was
        graph.nodes().stream()
                .filter(node -> isSkipped(node.id()) && !rerun.outputs().containsKey(node.id()))
                .forEach(node -> again.add(node.id()));
        return again;
    }

    private boolean isToRun(Node node) {
        if (rerun.outputs().containsKey(node.id())) {
            return false;
        }
        StepRow step = newest.get(node.id().value());
        boolean comesAfterAnEdited =
                graph.into(node.id()).stream().anyMatch(edge -> rerun.outputs().containsKey(edge.from()));
        return rerun.reuse() == Reuse.NOTHING
                || comesAfterAnEdited
                || step == null
                || !(step.state().hasResult() || step.state() == StepState.SKIPPED);
    }

    private boolean isSkipped(NodeId node) {
        StepRow step = newest.get(node.value());
        return step != null && step.state() == StepState.SKIPPED;
    }

    private void spread(Set<NodeId> again) {
        for (Edge edge : graph.edges()) {
            if (again.contains(edge.from()) && !rerun.outputs().containsKey(edge.to())) {
                again.add(edge.to());
            }
        }
        for (Island island : islands) {
            together(again, Set.copyOf(island.nodes()));
        }
        for (Loop loop : graph.loops().all()) {
            together(again, loop.body());
        }
    }

    private void together(Set<NodeId> again, Set<NodeId> nodes) {
        if (nodes.stream().anyMatch(again::contains)) {
            nodes.stream().filter(node -> !rerun.outputs().containsKey(node)).forEach(again::add);
        }
    }

    /**
     * What is in the way of taking over the nodes that do not run again.
     *
     * @param before the earlier run's document
     * @param now the new run's
     */
    List<Fault> faults(Set<NodeId> again, GraphDocument before, GraphDocument now) {
        List<Fault> faults = new ArrayList<>();
        rerun.from().stream()
                .filter(node -> graph.node(node).isEmpty())
                .forEach(node ->
                        faults.add(fault("/fromNode", node, "Node '" + node + "' does not exist in this version.")));
        rerun.outputs().keySet().forEach(node -> edited(node, again, faults));
        Map<String, ObjectNode> old = nodes(before);
        Map<String, ObjectNode> fresh = nodes(now);
        for (String id : new TreeSet<>(fresh.keySet())) {
            NodeId node = new NodeId(id);
            boolean isTaken = !again.contains(node) && !rerun.outputs().containsKey(node);
            if (isTaken && !Objects.equals(fresh.get(id), old.get(id))) {
                faults.add(fault(
                        "/version",
                        node,
                        "Node '" + id
                                + "' has changed and would not run again. Replay from it, or from a node before it."));
            }
        }
        for (String edge : new TreeSet<>(rerun.edgeOverrides().keySet())) {
            graph.edges().stream()
                    .filter(one -> one.id().value().equals(edge) && !again.contains(one.to()))
                    .forEach(one -> faults.add(new Fault(
                            null,
                            "/edgeOverrides/" + edge,
                            null,
                            edge,
                            "Edge '" + edge + "' is overridden, but '" + one.to()
                                    + "', to which it leads, would not run again.",
                            null)));
        }
        return faults;
    }

    /** An edited text stands for nothing where a cache would cross. */
    private void edited(NodeId node, Set<NodeId> again, List<Fault> faults) {
        String pointer = "/stepOutputs/" + node;
        if (graph.node(node).filter(Node::speaks).isEmpty()) {
            faults.add(fault(pointer, node, "Node '" + node + "' says nothing that could be put in its place."));
            return;
        }
        boolean sharesCaches = islands.stream()
                .filter(island -> island.nodes().contains(node))
                .anyMatch(island ->
                        island.nodes().size() > 1 && island.nodes().stream().anyMatch(again::contains));
        if (sharesCaches) {
            faults.add(
                    fault(
                            pointer,
                            node,
                            "Node '" + node
                                    + "' shares its cache, and a text cannot stand for a cache. Override its cache edges to TEXT."));
        }
        boolean isInLoop = !graph.loops().around(node).isEmpty();
        if (isInLoop) {
            faults.add(fault(pointer, node, "Node '" + node + "' runs in a loop, which runs again as a whole."));
        }
    }

    private static Fault fault(String pointer, NodeId node, String detail) {
        return new Fault(null, pointer, node.value(), null, detail, null);
    }

    /** Each node with the edges into it, for both say what it did. */
    private static Map<String, ObjectNode> nodes(GraphDocument document) {
        Map<String, ObjectNode> nodes = new HashMap<>();
        for (JsonNode node : document.root().path("nodes")) {
            ObjectNode whole = JsonNodeFactory.instance.objectNode();
            whole.set("node", node);
            whole.putArray("into");
            nodes.put(node.path("id").asString(""), whole);
        }
        for (JsonNode edge : document.root().path("edges")) {
            ObjectNode whole = nodes.get(edge.path("to").asString(""));
            if (whole != null) {
                whole.withArray("into").add(edge);
            }
        }
        return nodes;
    }
}
