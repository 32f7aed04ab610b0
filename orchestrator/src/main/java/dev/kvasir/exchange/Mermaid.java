package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Draws a document as a Mermaid flowchart: kinds of node are shapes, cache edges are thick, what the planner picks and what leads
 * back is dotted. Drafts are drawn as far as they can be read.
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
            "tool", new Shape("[\\", "\\]"),
            "router", new Shape("{", "}"),
            "join", new Shape("((", "))"),
            "vote", new Shape("{{", "}}"),
            "map", new Shape("[/", "/]"),
            "human", new Shape(">", "]"),
            "subgraph", new Shape("[/", "\\]"),
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
        String runs = Stream.of("model", "graph", "tool")
                .map(field -> node.path(field).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        out.append("  ")
                .append(name)
                .append(shape.open())
                .append('"')
                .append(label(node.path("title").asString(id)))
                .append(runs.isEmpty() ? "" : "<br>" + label(runs))
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
        out.append("  ")
                .append(from)
                .append(' ')
                .append(arrow(edge))
                .append("|\"")
                .append(words(edge))
                .append("\"| ")
                .append(to)
                .append('\n');
    }

    private static String arrow(JsonNode edge) {
        if (edge.has("loop")) {
            return "-.->";
        }
        return switch (mode(edge)) {
            case "TEXT" -> "-->";
            case "AUTO" -> "-.->";
            default -> "==>";
        };
    }

    private static String mode(JsonNode edge) {
        return edge.path("link").path("mode").asString("TEXT");
    }

    /** What crosses, and what decides whether it does. */
    private static String words(JsonNode edge) {
        StringBuilder words = new StringBuilder(label(mode(edge)));
        String port = edge.path("fromPort").asString("out");
        if (!port.equals("out")) {
            words.append("<br>by ").append(label(port));
        }
        String when = edge.path("when").asString("");
        if (!when.isEmpty()) {
            words.append("<br>if ").append(label(when));
        }
        if (edge.has("loop")) {
            String times = edge.path("loop").path("maxIterations").asString("");
            words.append("<br>back, up to ").append(label(times)).append(" times");
        }
        return words.toString();
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
