package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.NodeId;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Draws a document as a Mermaid flowchart: kinds of node are shapes, cache edges are thick, what the planner picks is dotted. Drafts
 * are drawn as far as they can be read.
 *
 * <p>No name of the document is an identifier or a directive here: nodes are called by us, and of a label every character that could
 * mean something to Mermaid or HTML is written as its number.
 */
public final class Mermaid {

    private static final int LONGEST_LABEL = 60;
    private static final Shape OTHER = new Shape("[", "]");

    /** A new kind needs a line here, or it is a plain box. */
    private static final Map<String, Shape> SHAPES = Map.of(
            "input", new Shape("([", "])"),
            "agent", new Shape("[", "]"),
            "output", new Shape("[[", "]]"));

    private final StringBuilder out = new StringBuilder("flowchart LR\n");
    private final Map<String, String> names = new HashMap<>();

    private Mermaid() {}

    private record Shape(String open, String close) {}

    /** The document as Mermaid's text, ending with a line break. */
    public static String draw(GraphDocument document) {
        Mermaid drawing = new Mermaid();
        for (JsonNode node : document.root().path("nodes")) {
            drawing.node(node);
        }
        for (JsonNode edge : document.root().path("edges")) {
            drawing.edge(edge);
        }
        return drawing.out.toString();
    }

    private void node(JsonNode node) {
        String id = node.path("id").asString("");
        String name = NodeId.isAllowed(id) ? "n_" + id : "n" + names.size();
        if (names.putIfAbsent(id, name) != null) {
            return;
        }
        String kind = node.path("kind").asString("");
        Shape shape = SHAPES.getOrDefault(kind, OTHER);
        String model = node.path("model").asString("");
        out.append("  ")
                .append(name)
                .append(shape.open())
                .append('"')
                .append(label(node.path("title").asString(id)))
                .append(model.isEmpty() ? "" : "<br>" + label(model))
                .append('"')
                .append(shape.close())
                .append('\n');
    }

    private void edge(JsonNode edge) {
        String from = names.get(edge.path("from").asString(""));
        String to = names.get(edge.path("to").asString(""));
        if (from == null || to == null) {
            return;
        }
        String mode = edge.path("link").path("mode").asString("TEXT");
        String arrow = switch (mode) {
            case "TEXT" -> "-->";
            case "AUTO" -> "-.->";
            default -> "==>";
        };
        out.append("  ")
                .append(from)
                .append(' ')
                .append(arrow)
                .append("|\"")
                .append(label(mode))
                .append("\"| ")
                .append(to)
                .append('\n');
    }

    /** Letters, digits and harmless signs as they are, all else as {@code #number;}; control characters, and nothing, are blanks. */
    private static String label(String text) {
        if (text.isEmpty()) {
            return " ";
        }
        StringBuilder label = new StringBuilder();
        text.codePoints().limit(LONGEST_LABEL).forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == ' ' || c == '_' || c == ',' || c == '.' || c == '-') {
                label.appendCodePoint(c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                label.append(' ');
            } else {
                label.append('#').append(c).append(';');
            }
        });
        return label.append(text.codePointCount(0, text.length()) > LONGEST_LABEL ? "…" : "")
                .toString();
    }
}
