package dev.kvasir.graph;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What templates of a run may name: {@code input.*}, {@code <node>.text}, {@code <node>.json.*} and {@code run.seed}; an
 * agent's own prompts {@code local.*}, too.
 */
public final class Values {

    /** Under which an agent's prompts name its local documents. */
    static final String LOCAL = "local";

    private final ObjectNode root;

    private Values(ObjectNode root) {
        this.root = root;
    }

    /**
     * The values of a run so far.
     *
     * @param texts what each node has written; a node that has not is absent
     */
    public static Values of(JsonNode input, long seed, Map<NodeId, String> texts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        texts.forEach((node, text) -> root.set(node.value(), written(text)));
        root.set("input", input);
        root.set("run", JsonNodeFactory.instance.objectNode().put("seed", seed));
        return new Values(root);
    }

    private static ObjectNode written(String text) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("text", text);
        String start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            try {
                node.set("json", StrictJson.read(text, GraphDocument.MAX_BYTES));
            } catch (MalformedJsonException notJson) {
                return node; // prose that begins with a bracket has a text and no json
            }
        }
        return node;
    }

    /** The same values with another text for a node, or none. */
    Values with(NodeId node, @Nullable String text) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(root);
        if (text == null) {
            copy.remove(node.value());
        } else {
            copy.set(node.value(), written(text));
        }
        return new Values(copy);
    }

    /** The same values with what an agent finds where it runs, by its names. */
    Values local(Map<String, String> texts) {
        if (texts.isEmpty()) {
            return this;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(root);
        ObjectNode local = copy.putObject(LOCAL);
        texts.forEach(local::put);
        return new Values(copy);
    }

    /** Fills a template in. */
    String fill(String template) {
        return new TemplateFiller(root).fill(Template.parse(template));
    }
}
