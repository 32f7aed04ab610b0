package dev.kvasir.openai;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A conversation as the input of a graph. */
final class RunInput {

    private static final String MESSAGES = "messages";

    private RunInput() {}

    /**
     * The input of a run: what the request gives itself, and the conversation in {@code messages} if the schema has it, else the
     * last user text in the one text that is required and not given.
     *
     * @throws dev.kvasir.access.ProblemException if the conversation fits nowhere
     */
    static ObjectNode of(ServedModel model, Asked asked) {
        ObjectNode given = asked.extension().input();
        ObjectNode input = given == null ? JsonNodeFactory.instance.objectNode() : given.deepCopy();
        JsonNode schema = model.graph().input().schema();
        if (schema.path("properties").has(MESSAGES)) {
            if (!input.has(MESSAGES)) {
                asked.turns()
                        .forEach(turn -> input.withArray(MESSAGES)
                                .addObject()
                                .put("role", turn.role())
                                .put("content", turn.content()));
            }
            return input;
        }
        List<String> open = openTexts(schema, input);
        if (open.size() == 1) {
            return input.put(open.getFirst(), lastUserText(asked));
        }
        if (given != null && open.isEmpty()) {
            return input;
        }
        throw Refusals.invalid(
                "/messages",
                "Graph '%s' has no place for a conversation: its input has neither 'messages' nor one required text. Send 'kvasir.input'."
                        .formatted(model.version().name()));
    }

    private static List<String> openTexts(JsonNode schema, ObjectNode input) {
        List<String> open = new ArrayList<>();
        for (JsonNode required : schema.path("required")) {
            String name = required.asString("");
            boolean isText = schema.path("properties")
                    .path(name)
                    .path("type")
                    .asString("")
                    .equals("string");
            if (isText && !input.has(name)) {
                open.add(name);
            }
        }
        return open;
    }

    private static String lastUserText(Asked asked) {
        for (ChatTurn turn : asked.turns().reversed()) {
            if (turn.role().equals("user")) {
                return turn.content();
            }
        }
        throw Refusals.invalid("/messages", "The conversation has no message of role user, and the graph answers one.");
    }
}
