package dev.kvasir.exchange;

import dev.kvasir.exchange.TextRefusedException.Fault;
import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.StrictJson;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/**
 * A graph's documents as text and back. The layout is a second document: in YAML behind {@code ---}, in JSON the second of a
 * list of two. What is written and read again has the same canonical form.
 */
public final class GraphTexts {

    private GraphTexts() {}

    /**
     * Reads a graph's document, and its layout if one follows.
     *
     * @throws TextRefusedException if the text is not YAML as we take it, or holds other documents than these
     * @throws dev.kvasir.graph.MalformedJsonException if it is not JSON within the limits
     */
    public static GraphBundle read(String text, GraphFormat format) {
        List<JsonNode> documents = switch (format) {
            case JSON -> listed(StrictJson.read(text, GraphDocument.MAX_BYTES));
            case YAML -> YamlReader.read(text);
        };
        if (documents.isEmpty() || documents.size() > 2) {
            throw new TextRefusedException(
                    Fault.MALFORMED,
                    "",
                    "The text holds " + documents.size()
                            + " documents. Send a graph, and after it its layout if it has one.");
        }
        JsonNode layout = documents.size() == 2 ? documents.getLast() : NullNode.getInstance();
        requireLayout(layout);
        GraphDocument graph = format == GraphFormat.JSON && !text.stripLeading().startsWith("[")
                ? GraphDocument.parse(text)
                : GraphDocument.parse(documents.getFirst().toString());
        return new GraphBundle(graph, layout.isNull() ? null : layout.toString());
    }

    /** Writes a graph's document, and its layout after it if there is one. */
    public static String write(GraphBundle bundle, GraphFormat format) {
        JsonNode graph = bundle.graph().root();
        JsonNode layout = layout(bundle.layout());
        List<JsonNode> documents = layout == null ? List.of(graph) : List.of(graph, layout);
        return switch (format) {
            case JSON -> pretty(documents);
            case YAML -> YamlWriter.write(documents);
        };
    }

    private static String pretty(List<JsonNode> documents) {
        JsonNode whole = documents.size() == 1
                ? documents.getFirst()
                : JsonNodeFactory.instance.arrayNode().addAll(documents);
        return whole.toPrettyString() + "\n";
    }

    private static @Nullable JsonNode layout(@Nullable String text) {
        JsonNode layout = text == null ? null : StrictJson.read(text, GraphDocument.MAX_BYTES);
        return layout == null || layout.isEmpty() ? null : layout;
    }

    private static List<JsonNode> listed(JsonNode value) {
        return value.isArray() ? value.valueStream().toList() : List.of(value);
    }

    private static void requireLayout(JsonNode layout) {
        if (layout.isNull()) {
            return;
        }
        JsonNode nodes = layout.path("nodes");
        if (!layout.isObject() || !(nodes.isObject() || nodes.isMissingNode())) {
            throw refused(
                    "",
                    "The layout, which is the second document, is an object whose 'nodes' tells where nodes stand.");
        }
        nodes.properties().forEach(node -> {
            boolean isPlaced = Stream.of("x", "y")
                    .allMatch(axis -> node.getValue().path(axis).isNumber());
            if (!isPlaced) {
                throw refused("/nodes", "The layout places '" + node.getKey() + "' without the numbers x and y.");
            }
        });
    }

    private static TextRefusedException refused(String pointer, String message) {
        return new TextRefusedException(Fault.MALFORMED, pointer, message);
    }
}
