package dev.kvasir.graph;

import dev.kvasir.graph.TemplateException.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The conversation that a run's input brings along for an agent.
 *
 * @param template names the list of its messages; null for none
 * @param values of the run by now
 */
record History(@Nullable String template, Values values) {

    /**
     * The agent's turns, oldest first.
     *
     * @param system the prompt's own system message; null for none
     * @param earlier turns that other agents' texts make
     * @param user the prompt's own user turn; empty if the conversation ends with its last message
     * @throws TemplateException if the history is no list of messages, or there is nothing to answer
     */
    List<Turn> around(@Nullable String system, List<Turn> earlier, String user) {
        List<String> systems = new ArrayList<>(system == null ? List.of() : List.of(system));
        List<Turn> conversation = new ArrayList<>(earlier);
        for (Turn turn : turns()) {
            if (turn.role() == Turn.Role.SYSTEM && conversation.size() == earlier.size()) {
                systems.add(turn.content()); // chat templates know one, at the start
            } else {
                conversation.add(turn);
            }
        }
        if (template == null || !user.isEmpty()) {
            conversation.add(Turn.user(user));
        }
        if (conversation.isEmpty()) {
            throw new TemplateException(
                    Fault.TEMPLATE_VALUE_MISSING, "The history has no message to answer. Send one of role user.");
        }
        List<Turn> turns = new ArrayList<>();
        if (!systems.isEmpty()) {
            turns.add(Turn.system(String.join("\n\n", systems)));
        }
        turns.addAll(conversation);
        return turns;
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        if (template != null) {
            String path = template.substring(2, template.length() - 2).strip();
            values.list(path).forEach(message -> turns.add(turn(message, turns.size())));
        }
        return turns;
    }

    private static Turn turn(JsonNode message, int index) {
        JsonNode content = message.path("content");
        if (content.isString()) {
            switch (message.path("role").asString("")) {
                case "system", "developer" -> {
                    return Turn.system(content.stringValue());
                }
                case "user" -> {
                    return Turn.user(content.stringValue());
                }
                case "assistant" -> {
                    return Turn.assistant(content.stringValue());
                }
                default -> {} // told below
            }
        }
        throw new TemplateException(
                Fault.TEMPLATE_VALUE_MISSING,
                "Message " + index
                        + " of the history is not one: it needs a role of system, developer, user or assistant,"
                        + " and a text as content.");
    }
}
