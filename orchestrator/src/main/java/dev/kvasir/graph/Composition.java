package dev.kvasir.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an agent reads: its own templates, and what its inbound edges carry. Pure functions. */
public final class Composition {

    private Composition() {}

    /**
     * One inbound edge from an agent.
     *
     * @param template what the link hands over instead of the bare reply; null for the reply
     * @param effective the mode in which the edge runs
     * @param prompt the user turn that the sender read
     * @param reply what the sender wrote; null when it wrote nothing
     */
    public record Arrival(
            NodeId sender,
            @Nullable String template,
            Link.Mode effective,
            String prompt,
            @Nullable String reply) {

        /** The text that crosses; null when only a cache does. */
        @Nullable
        String text(Values values) {
            if (!effective.isText() || reply == null) {
                return null;
            }
            return template == null ? reply : values.with(sender, reply).fill(template);
        }
    }

    /** The template of a link that carries text; null for the bare reply, and for other links. */
    public static @Nullable String template(Link link) {
        return switch (link) {
            case Link.Text text -> text.template();
            case Link.TextAndFused both -> both.template();
            case Link.Fused fused -> null;
            case Link.Handover handover -> null;
            case Link.CachePrefix prefix -> null;
            case Link.Auto auto -> null;
        };
    }

    /**
     * The receiver's messages, oldest first.
     *
     * <p>Text that its prompt names goes there; other text goes before the prompt as two turns, what the sender was asked
     * and what it replied (C2C, arXiv:2510.03215, section 4). Under HANDOVER the prompt is the next turn of the sender's
     * conversation, so it stands alone. Under C2C the receiver's messages are also what the sharer reads. The receiver's own
     * history stands right before its prompt, its system messages in one with the prompt's.
     *
     * @throws TemplateException if a value is missing, or a template writes too much
     */
    public static List<Turn> messages(Node.Agent receiver, List<Arrival> arrivals, Values values) {
        return messages(receiver, arrivals, values, placeholders(receiver));
    }

    /** What stands for local documents wherever their text must not be: the words by which the prompt names them. */
    public static Map<String, String> placeholders(Node.Agent agent) {
        Map<String, String> placeholders = new LinkedHashMap<>();
        agent.site().local().keySet().forEach(name -> placeholders.put(name, "{{ local." + name + " }}"));
        return placeholders;
    }

    /**
     * The same with the texts of the receiver's local documents in it: for its model alone, never to be kept.
     *
     * @param local by the names that the receiver's prompts give them
     */
    public static List<Turn> messages(
            Node.Agent receiver, List<Arrival> arrivals, Values values, Map<String, String> local) {
        Values seen = values.local(local);
        List<Turn> earlier = new ArrayList<>();
        boolean continues = false;
        for (Arrival arrival : arrivals) {
            String text = arrival.text(values);
            seen = seen.with(arrival.sender(), text);
            continues |= arrival.effective() == Link.Mode.HANDOVER;
            if (text != null && !names(receiver.prompt(), arrival.sender())) {
                earlier.add(Turn.user(arrival.prompt()));
                earlier.add(Turn.assistant(text));
            }
        }
        String system = receiver.prompt().system();
        return new History(receiver.prompt().history(), seen)
                .around(
                        system == null || continues ? null : seen.fill(system),
                        earlier,
                        seen.fill(receiver.prompt().user()));
    }

    /** The values of an output node, in the document's order. */
    public static Map<String, String> outputs(Node.Output output, Values values) {
        Map<String, String> filled = new LinkedHashMap<>();
        output.outputs().forEach((name, template) -> filled.put(name, values.fill(template)));
        return Collections.unmodifiableMap(filled);
    }

    /** Whether a prompt says where a sender's text goes. */
    static boolean names(Node.Prompt prompt, NodeId sender) {
        String system = prompt.system();
        return mentions(prompt.user(), sender) || (system != null && mentions(system, sender));
    }

    static boolean mentions(String template, NodeId sender) {
        return Template.parse(template).mentions().stream()
                .anyMatch(mention -> mention.path().head().equals(sender.value()));
    }

    /**
     * Whether anything needs a node's text, so that it must write: an edge that carries it, a handover of the whole
     * conversation, or a template further on. A sharer that nothing else reads is only prefilled.
     */
    public static boolean needsText(Graph graph, Plan plan, NodeId node) {
        for (Edge edge : graph.outOf(node)) {
            Link.Mode mode = plan.link(edge.id()).effective();
            if (mode == Link.Mode.HANDOVER || (mode.isText() && hears(graph, edge.to())) || edge.isConditional()) {
                return true;
            }
        }
        return graph.nodes().stream().anyMatch(reader -> reads(graph, reader, node)) || isAsked(graph, node);
    }

    /** Whether a condition reads what the node has said. */
    private static boolean isAsked(Graph graph, NodeId node) {
        Stream<String> ofEdges = graph.edges().stream().map(Edge::when).filter(Objects::nonNull);
        Stream<String> ofNodes = graph.nodes().stream()
                .flatMap(other -> other.conditions().stream())
                .map(Node.Slot::source);
        return Stream.concat(ofEdges, ofNodes).anyMatch(source -> Conditions.asks(graph, source, node));
    }

    /** Whether a node takes what its senders say, without naming them. */
    private static boolean hears(Graph graph, NodeId id) {
        return graph.node(id)
                .filter(node -> switch (node) {
                    case Node.Agent agent -> true;
                    case Node.Join join -> true;
                    case Node.Vote vote -> true;
                    case Node.Input input -> false;
                    case Node.Tool tool -> false;
                    case Node.Router router -> false;
                    case Node.Mapping mapping -> false;
                    case Node.Human human -> false;
                    case Node.Subgraph subgraph -> false;
                    case Node.Output output -> false;
                })
                .isPresent();
    }

    /** Whether a node names another's text and does not get its cache instead. */
    private static boolean reads(Graph graph, Node reader, NodeId node) {
        boolean names = reader.templates().stream().anyMatch(slot -> mentions(slot.source(), node));
        boolean getsCache = reader instanceof Node.Agent
                && graph.into(reader.id()).stream().anyMatch(edge -> edge.from().equals(node));
        return names && !getsCache;
    }
}
