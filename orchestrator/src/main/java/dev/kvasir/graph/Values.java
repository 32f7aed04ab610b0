package dev.kvasir.graph;

import dev.kvasir.condition.Condition;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What templates of a run may name: {@code input.*}, {@code <node>.text}, {@code <node>.json.*}, {@code <node>.error.*},
 * {@code loop.iteration} and {@code run.seed}; an agent's own prompts {@code local.*}, too.
 */
public final class Values {

    /** Under which an agent's prompts name its local documents. */
    static final String LOCAL = "local";

    private static final Pattern BEGINS_JSON = Pattern.compile("\\s*+(?:[\\[{\"\\d-]|true|false|null)");

    private final ObjectNode root;

    private Values(ObjectNode root) {
        this.root = root;
    }

    /**
     * The values of a run so far.
     *
     * @param said what each node has left behind; a node that has not is absent
     */
    public static Values of(JsonNode input, long seed, Map<NodeId, Said> said) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        said.forEach((node, what) -> root.set(node.value(), object(what)));
        root.set("input", input);
        root.set("run", JsonNodeFactory.instance.objectNode().put("seed", seed));
        return new Values(root).inRound(0);
    }

    private static ObjectNode object(Said said) {
        ObjectNode node = said.text() == null ? JsonNodeFactory.instance.objectNode() : written(said.text());
        if (said.json() != null) {
            node.set("json", said.json());
        }
        Said.Failure failure = said.failure();
        if (failure != null) {
            node.putObject("error").put("code", failure.code()).put("detail", failure.detail());
        }
        return node;
    }

    /** The same values in a loop's round, from 0. */
    public Values inRound(int round) {
        ObjectNode copy = copy();
        copy.putObject("loop").put("iteration", round);
        return new Values(copy);
    }

    /** The same values, with the number of attempts that the sender of an edge took. */
    public Values after(int attempts) {
        ObjectNode copy = copy();
        copy.set("run", copy.path("run").deepCopy());
        ((ObjectNode) copy.path("run")).put("attempts", attempts);
        return new Values(copy);
    }

    private ObjectNode copy() {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(root);
        return copy;
    }

    private static ObjectNode written(String text) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("text", text);
        if (BEGINS_JSON.matcher(text).lookingAt()) {
            try {
                node.set("json", StrictJson.read(text, GraphDocument.MAX_BYTES));
            } catch (MalformedJsonException notJson) {
                return node; // prose that begins like a value has a text and no json
            }
        }
        return node;
    }

    /** The same values with another text for a node, or none; why it failed stays. */
    Values with(NodeId node, @Nullable String text) {
        ObjectNode copy = copy();
        if (text != null) {
            copy.set(node.value(), written(text));
        } else if (copy.get(node.value()) instanceof ObjectNode said) {
            ObjectNode silent = said.deepCopy();
            silent.remove(List.of("text", "json"));
            copy.set(node.value(), silent);
        }
        return new Values(copy);
    }

    /** The same values with what an agent finds where it runs, by its names. */
    Values local(Map<String, String> texts) {
        if (texts.isEmpty()) {
            return this;
        }
        ObjectNode copy = copy();
        ObjectNode local = copy.putObject(LOCAL);
        texts.forEach(local::put);
        return new Values(copy);
    }

    /**
     * The elements of a list by its path, such as {@code splitter.json.parts}.
     *
     * @throws TemplateException if it is not there, or no list
     */
    public List<JsonNode> list(String path) {
        JsonNode list = TemplateFiller.find(root, List.of(path.split("\\.", -1)));
        if (list == null || !list.isArray()) {
            throw new TemplateException(
                    TemplateException.Fault.TEMPLATE_VALUE_MISSING, "'" + path + "' is not a list in this run.");
        }
        return List.copyOf(list.values());
    }

    /** What an edge or a router asks, over these values. */
    boolean hold(Condition condition) {
        return condition.holds(root);
    }

    /** Fills a template in. */
    public String fill(String template) {
        return new TemplateFiller(root).fill(Template.parse(template));
    }
}
