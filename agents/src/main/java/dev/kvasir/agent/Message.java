package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param calls of tools, with which an assistant's turn ends
 * @param answered the call whose result a tool's turn is; null for any other
 */
public record Message(
        Role role,
        String content,
        List<ToolCall> calls,
        @Nullable ToolCall answered) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL
    }

    public Message {
        calls = List.copyOf(calls);
    }

    public Message(Role role, String content) {
        this(role, content, List.of(), null);
    }

    public static Message system(String content) {
        return new Message(Role.SYSTEM, content);
    }

    public static Message user(String content) {
        return new Message(Role.USER, content);
    }

    public static Message assistant(String content) {
        return new Message(Role.ASSISTANT, content);
    }

    static Message assistant(String content, List<ToolCall> calls) {
        return new Message(Role.ASSISTANT, content, calls, null);
    }

    static Message tool(ToolCall call, String result) {
        return new Message(Role.TOOL, result, List.of(), call);
    }
}
