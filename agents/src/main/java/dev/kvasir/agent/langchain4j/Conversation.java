package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.Message;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.List;
import java.util.stream.Collectors;

/** Turns our messages into LangChain4j's and back. */
final class Conversation {

    private Conversation() {}

    static List<ChatMessage> toLangChain4j(List<Message> messages) {
        return messages.stream().map(Conversation::toLangChain4j).toList();
    }

    private static ChatMessage toLangChain4j(Message message) {
        return switch (message.role()) {
            case SYSTEM -> SystemMessage.from(message.content());
            case USER -> UserMessage.from(message.content());
            case ASSISTANT -> AiMessage.from(message.content());
        };
    }

    static List<Message> fromLangChain4j(List<ChatMessage> messages) {
        return messages.stream().map(Conversation::fromLangChain4j).toList();
    }

    private static Message fromLangChain4j(ChatMessage message) {
        return switch (message) {
            case SystemMessage system -> Message.system(system.text());
            case UserMessage user -> Message.user(textOf(user));
            case AiMessage reply -> Message.assistant(reply.text() == null ? "" : reply.text());
            default ->
                throw new UnsupportedFeatureException("A " + message.type()
                        + " message cannot be given to this model; it reads system, user and assistant" + " text.");
        };
    }

    private static String textOf(UserMessage message) {
        return message.contents().stream()
                .map(content -> switch (content) {
                    case TextContent text -> text.text();
                    default ->
                        throw new UnsupportedFeatureException(
                                "A user message holds " + content.type() + "; this model reads text only.");
                })
                .collect(Collectors.joining());
    }
}
