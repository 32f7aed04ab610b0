package dev.kvasir.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A graph that obeys every rule: one input, at least one output, and no cycle but for loops. */
public record Graph(String name, List<Node> nodes, List<Edge> edges, Settings settings) {

    public Graph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    public Optional<Node> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** What a node's failure does to its run. */
    public NodeOptions.OnError onError(NodeId id) {
        return node(id).map(node -> node.options().onError()).orElse(NodeOptions.OnError.FAIL);
    }

    public Optional<Edge> edge(EdgeId id) {
        return edges.stream().filter(edge -> edge.id().equals(id)).findFirst();
    }

    /** The pool whose workers run a node; none for one that needs no worker. */
    public Optional<String> pool(NodeId id) {
        return node(id).filter(Node::runsOnWorker)
                .map(node -> node instanceof Node.Agent agent ? agent.site().pool() : Node.Site.DEFAULT_POOL);
    }

    /** Whether an edge leads from one pool's worker to another's, so that a cache on it has to travel. */
    public boolean isHop(Edge edge) {
        Optional<String> from = pool(edge.from());
        Optional<String> to = pool(edge.to());
        return from.isPresent() && to.isPresent() && !from.equals(to);
    }

    /** The same graph with some of its edges, all of its nodes. */
    public Graph withEdges(Predicate<Edge> kept) {
        return new Graph(name, nodes, edges.stream().filter(kept).toList(), settings);
    }

    public Loops loops() {
        return Loops.of(this);
    }

    /** The edges that end at a node and do not lead back, in the document's order. */
    public List<Edge> forwardInto(NodeId id) {
        return into(id).stream().filter(edge -> !edge.isLoop()).toList();
    }

    /** The edges that end at a node, in the document's order. */
    public List<Edge> into(NodeId id) {
        return edges.stream().filter(edge -> edge.to().equals(id)).toList();
    }

    /** The edges that leave a node, in the document's order. */
    public List<Edge> outOf(NodeId id) {
        return edges.stream().filter(edge -> edge.from().equals(id)).toList();
    }

    public Node.Input input() {
        for (Node node : nodes) {
            if (node instanceof Node.Input input) {
                return input;
            }
        }
        throw new IllegalStateException("Graph '" + name + "' has no input node");
    }

    public List<Node.Output> outputs() {
        return nodes.stream()
                .filter(Node.Output.class::isInstance)
                .map(Node.Output.class::cast)
                .toList();
    }

    /** Every node after those that lead to it, edges that lead back aside; ties go by the document's order. */
    public List<Node> inOrder() {
        Wiring wiring = Wiring.of(this);
        return wiring.order().stream().map(nodes::get).toList();
    }
}
