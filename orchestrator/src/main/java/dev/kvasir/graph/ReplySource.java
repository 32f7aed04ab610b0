package dev.kvasir.graph;

import dev.kvasir.graph.Template.Mention;
import dev.kvasir.graph.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where one of a graph's outputs comes from, so that it can be told while it is being written.
 *
 * @param writers the agents whose text it quotes, in the template's order
 * @param lead what stands before the only agent's text in the output; null unless the output begins with that text as the
 *     agent writes it, however it may go on
 */
public record ReplySource(List<NodeId> writers, @Nullable String lead) {

    private static final List<String> NAMES = List.of("text", "answer");

    public ReplySource {
        writers = List.copyOf(writers);
    }

    /** The output that answers for the whole graph: {@code text}, else {@code answer}, else the only one. */
    public static Optional<String> output(Graph graph) {
        Set<String> names = new TreeSet<>();
        graph.outputs().forEach(output -> names.addAll(output.outputs().keySet()));
        return NAMES.stream()
                .filter(names::contains)
                .findFirst()
                .or(() -> names.size() == 1 ? names.stream().findFirst() : Optional.empty());
    }

    /**
     * Where an output comes from. Of several output nodes that name it the last counts, and none can be told early; nor can what
     * an agent writes in a loop, which only its last round decides.
     */
    public static ReplySource of(Graph graph, String output) {
        List<String> templates = graph.outputs().stream()
                .map(node -> node.outputs().get(output))
                .filter(template -> template != null)
                .map(String::valueOf)
                .toList();
        if (templates.isEmpty()) {
            return new ReplySource(List.of(), null);
        }
        Template template = Template.parse(templates.getLast());
        List<NodeId> writers = writers(graph, template);
        return new ReplySource(
                writers,
                templates.size() == 1 && writers.size() == 1 && isOnce(graph, writers.getFirst())
                        ? lead(template, writers.getFirst())
                        : null);
    }

    private static boolean isOnce(Graph graph, NodeId node) {
        return graph.loops().around(node).isEmpty();
    }

    /** The agent whose text comes last. */
    public Optional<NodeId> feeder() {
        return writers.isEmpty() ? Optional.empty() : Optional.of(writers.getLast());
    }

    private static List<NodeId> writers(Graph graph, Template template) {
        List<NodeId> writers = new ArrayList<>();
        for (Mention mention : template.mentions()) {
            NodeId node = new NodeId(mention.path().head());
            if (graph.node(node).filter(Node.Agent.class::isInstance).isPresent()) {
                writers.remove(node);
                writers.add(node);
            }
        }
        return writers;
    }

    /** The text before a bare quotation of the writer; null if anything else comes first. */
    private static @Nullable String lead(Template template, NodeId writer) {
        StringBuilder lead = new StringBuilder();
        for (Part part : template.parts()) {
            switch (part) {
                case Part.Literal(var text) -> lead.append(text);
                case Part.Insert(var path, var filters) -> {
                    boolean isBare = filters.isEmpty() && path.names().equals(List.of(writer.value(), "text"));
                    return isBare ? lead.toString() : null;
                }
                case Part.Choice choice -> {
                    return null;
                }
                case Part.Each each -> {
                    return null;
                }
            }
        }
        return null;
    }
}
