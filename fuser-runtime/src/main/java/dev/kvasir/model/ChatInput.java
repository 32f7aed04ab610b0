package dev.kvasir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template is given. Values are strings, numbers, booleans, null, lists and maps with string keys, nested;
 * nothing else reaches a template.
 *
 * @param messages {@code role}, {@code content} and what else a template knows ({@code tool_calls}, {@code name})
 * @param tools descriptions of the tools; null when none are given
 * @param addGenerationPrompt whether the text ends where the model's turn begins
 * @param variables further variables, such as {@code enable_thinking}
 */
public record ChatInput(
        List<Map<String, @Nullable Object>> messages,
        @Nullable List<?> tools,
        boolean addGenerationPrompt,
        Map<String, @Nullable Object> variables) {

    public ChatInput {
        messages = List.copyOf(messages);
    }

    /** A conversation without tools, up to where the model's turn begins. */
    public static ChatInput prompt(List<Map<String, @Nullable Object>> messages) {
        return new ChatInput(messages, null, true, Map.of());
    }

    public static Map<String, @Nullable Object> message(String role, String content) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    public ChatInput withVariable(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(name, value);
        return new ChatInput(messages, tools, addGenerationPrompt, more);
    }

    public ChatInput withTools(List<?> descriptions) {
        return new ChatInput(messages, List.copyOf(descriptions), addGenerationPrompt, variables);
    }

    public ChatInput withMessages(List<Map<String, @Nullable Object>> others) {
        return new ChatInput(new ArrayList<>(others), tools, addGenerationPrompt, variables);
    }
}
