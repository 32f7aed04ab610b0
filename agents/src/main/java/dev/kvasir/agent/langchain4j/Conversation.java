package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.Message;
import dev.kvasir.tool.ToolCall;
import dev.kvasir.tool.ToolOffer;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
            case ASSISTANT -> assistant(message);
            case TOOL -> result(message);
        };
    }

    private static AiMessage assistant(Message message) {
        if (message.calls().isEmpty()) {
            return AiMessage.from(message.content());
        }
        List<ToolExecutionRequest> requests =
                message.calls().stream().map(Conversation::request).toList();
        return message.content().isEmpty() ? AiMessage.from(requests) : AiMessage.from(message.content(), requests);
    }

    private static ToolExecutionResultMessage result(Message message) {
        ToolCall call = Objects.requireNonNull(message.answered(), "A tool's turn answers a call.");
        return ToolExecutionResultMessage.from(request(call), message.content());
    }

    private static ToolExecutionRequest request(ToolCall call) {
        return ToolExecutionRequest.builder()
                .id(call.id())
                .name(call.name())
                .arguments(call.arguments())
                .build();
    }

    /** What a model may call, as LangChain4j has it. */
    static List<ToolSpecification> tools(ToolOffer offer) {
        return offer.specifications().stream()
                .map(tool -> ToolSpecification.builder()
                        .name(tool.name())
                        .description(tool.description())
                        .parameters(parameters(tool.parameters()))
                        .build())
                .toList();
    }

    private static JsonObjectSchema parameters(ObjectNode schema) {
        JsonObjectSchema.Builder parameters = JsonObjectSchema.builder();
        schema.path("properties")
                .properties()
                .forEach(property -> parameters.addProperty(
                        property.getKey(),
                        JsonRawSchema.from(property.getValue().toString())));
        return parameters
                .required(schema.path("required")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList())
                .build();
    }

    /** The calls that a reply ends with. */
    static List<ToolCall> calls(AiMessage reply) {
        return reply.toolExecutionRequests().stream()
                .map(request -> new ToolCall(
                        request.id() == null ? "" : request.id(),
                        request.name(),
                        request.arguments() == null ? "" : request.arguments()))
                .toList();
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
