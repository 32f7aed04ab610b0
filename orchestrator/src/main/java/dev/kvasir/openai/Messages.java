package dev.kvasir.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads conversations: what is text in them, as text. */
final class Messages {

    /** Of OpenAI's objects, what says nothing to a model here. */
    private static final Set<String> IGNORED = Set.of("id", "status", "annotations", "refusal", "phase");

    private static final Set<String> ELSEWHERE =
            Set.of("name", "tool_calls", "function_call", "tool_call_id", "audio", "logprobs");

    private final Dialect dialect;

    Messages(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Which of OpenAI's two ways to write a conversation. */
    enum Dialect {
        CHAT,
        RESPONSES;

        private boolean isText(String part) {
            return switch (this) {
                case CHAT -> part.equals("text");
                case RESPONSES -> part.equals("input_text") || part.equals("output_text");
            };
        }
    }

    /**
     * The turns of a list of messages.
     *
     * @param pointer to the list
     */
    List<ChatTurn> read(JsonNode list, String pointer) {
        if (!list.isArray()) {
            throw Refusals.invalid(pointer, Arguments.quoted(pointer) + " must be a list of messages.");
        }
        if (list.isEmpty()) {
            throw Refusals.invalid(pointer, Arguments.quoted(pointer) + " is empty. Send at least one message.");
        }
        List<ChatTurn> turns = new ArrayList<>();
        for (JsonNode message : list) {
            turns.add(turn(Arguments.of(message, pointer + "/" + turns.size())));
        }
        return turns;
    }

    private ChatTurn turn(Arguments message) {
        String type = message.text("type").orElse("message");
        if (!type.equals("message")) {
            throw Refusals.unsupported(
                    message.pointer("type"),
                    "%s is '%s'. Kvasir takes messages only."
                            .formatted(Arguments.quoted(message.pointer("type")), Refusals.shown(type)));
        }
        String role = role(message);
        String content = content(message);
        IGNORED.forEach(message::take);
        message.refuseOthers(ELSEWHERE);
        return new ChatTurn(role, content);
    }

    private static String role(Arguments message) {
        message.required("role");
        String role = message.text("role").orElse("");
        return switch (role) {
            case "system", "developer" -> "system";
            case "user", "assistant" -> role;
            default ->
                throw Refusals.unsupported(
                        message.pointer("role"),
                        "%s is '%s'. Kvasir takes system, developer, user and assistant."
                                .formatted(Arguments.quoted(message.pointer("role")), Refusals.shown(role)));
        };
    }

    private String content(Arguments message) {
        JsonNode content = message.required("content");
        if (content.isString()) {
            return content.stringValue();
        }
        if (!content.isArray()) {
            throw Refusals.invalid(
                    message.pointer("content"),
                    Arguments.quoted(message.pointer("content")) + " must be a text or a list of text parts.");
        }
        StringBuilder text = new StringBuilder();
        int index = 0;
        for (JsonNode part : content) {
            text.append(part(Arguments.of(part, message.pointer("content") + "/" + index++)));
        }
        return text.toString();
    }

    private String part(Arguments part) {
        part.required("type");
        String type = part.text("type").orElse("");
        if (!dialect.isText(type)) {
            throw Refusals.unsupported(
                    part.pointer("type"),
                    "%s is '%s'. Kvasir takes text only."
                            .formatted(Arguments.quoted(part.pointer("type")), Refusals.shown(type)));
        }
        part.required("text");
        String text = part.text("text").orElse("");
        part.take("annotations");
        part.take("logprobs");
        part.refuseOthers(Set.of());
        return text;
    }
}
