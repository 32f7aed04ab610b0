package dev.kvasir.openai;

import dev.kvasir.pool.ModelRecord;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The graph that stands for one model: a conversation in, its next turn out. It names the model by its digest, so that a model
 * whose files change is published again.
 */
final class ModelGraph {

    /** Most tokens of an answer, unless the request says otherwise. */
    static final int MAX_TOKENS = 1024;

    private static final int DIGITS = 16;

    private ModelGraph() {}

    static String document(ModelRecord model) {
        ObjectNode graph = JsonNodeFactory.instance.objectNode();
        graph.put("kind", "kvasir/graph").put("schemaVersion", 1).put("name", "model");
        ObjectNode input = graph.putArray("nodes").addObject();
        input.put("id", "input").put("kind", "input").set("schema", conversation());
        ObjectNode agent = graph.withArray("nodes").addObject();
        agent.put("id", "model").put("kind", "agent").put("model", exactly(model));
        agent.put("history", "{{ input.messages }}").putObject("generation").put("maxTokens", MAX_TOKENS);
        ObjectNode output = graph.withArray("nodes").addObject();
        output.put("id", "output").put("kind", "output").putObject("outputs").put("text", "{{ model.text }}");
        graph.putArray("edges").add(edge("input", "model")).add(edge("model", "output"));
        return graph.toString();
    }

    private static String exactly(ModelRecord model) {
        return model.digest().isEmpty()
                ? model.name()
                : model.name() + "@"
                        + model.digest()
                                .substring(0, Math.min(DIGITS, model.digest().length()));
    }

    private static ObjectNode edge(String from, String to) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", from + "_" + to)
                .put("from", from)
                .put("to", to);
    }

    private static ObjectNode conversation() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.putArray("required").add("messages");
        ObjectNode messages = schema.putObject("properties")
                .putObject("messages")
                .put("type", "array")
                .put("minItems", 1);
        ObjectNode message = messages.putObject("items").put("type", "object");
        message.putArray("required").add("role").add("content");
        ObjectNode fields = message.putObject("properties");
        fields.putObject("role").putArray("enum").add("system").add("user").add("assistant");
        fields.putObject("content").put("type", "string");
        return schema;
    }
}
