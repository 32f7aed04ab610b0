package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentSession;
import dev.kvasir.agent.GenerationOptions;
import dev.kvasir.agent.Intake;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.agent.ReplyRequest;
import dev.kvasir.agent.Tenant;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of an {@link AgentRuntime} as LangChain4j sees it, so that a local model can stand wherever that library
 * takes a chat model.
 *
 * <p>Safe for several threads; every call is a session of its own. The runtime stays the caller's to close. The calls
 * without a handler block until the reply is whole; those with one call it on the caller's thread.
 */
public final class AgentChatModel {

    private static final String NODE = "chat";

    private final AgentRuntime runtime;
    private final String model;
    private final Tenant tenant;

    /**
     * Wraps one model.
     *
     * @param tenant for whom it answers; what it has read is found again for this tenant alone
     * @param model a name that the runtime's catalogue knows
     */
    public AgentChatModel(AgentRuntime runtime, String model, Tenant tenant) {
        this.runtime = runtime;
        this.model = model;
        this.tenant = tenant;
    }

    /** The model that answers in one piece. */
    public ChatModel blocking() {
        return new ChatModel() {
            @Override
            public Set<Capability> supportedCapabilities() {
                return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
            }

            @Override
            public ChatResponse doChat(ChatRequest request) {
                return answer(request, ReplyListener.SILENT);
            }
        };
    }

    /** The model that answers piece by piece. */
    public StreamingChatModel streaming() {
        return new StreamingChatModel() {
            @Override
            public Set<Capability> supportedCapabilities() {
                return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
            }

            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                ChatResponse response;
                try {
                    response = answer(request, new Forwarding(handler));
                } catch (RuntimeException failed) {
                    handler.onError(failed);
                    return;
                }
                handler.onCompleteResponse(response);
            }
        };
    }

    private ChatResponse answer(ChatRequest request, ReplyListener listener) {
        ReplyRequest reply = new ReplyRequest(
                NODE,
                model,
                Conversation.fromLangChain4j(request.messages()),
                new Intake.None(),
                options(request.parameters()),
                false);
        try (AgentSession session = runtime.open(tenant, 1)) {
            return response(session.reply(reply, listener));
        }
    }

    private ChatResponse response(AgentReply reply) {
        return ChatResponse.builder()
                .aiMessage(AiMessage.from(reply.text()))
                .modelName(model)
                .tokenUsage(new TokenUsage(reply.promptTokens(), reply.generatedTokens()))
                .finishReason(
                        switch (reply.finishReason()) {
                            case STOP -> FinishReason.STOP;
                            case LENGTH -> FinishReason.LENGTH;
                            case TOOL -> FinishReason.TOOL_EXECUTION;
                        })
                .build();
    }

    private static GenerationOptions options(ChatRequestParameters parameters) {
        if (!isEmpty(parameters.toolSpecifications())) {
            throw new UnsupportedFeatureException("This model calls no tools. Leave toolSpecifications empty.");
        }
        GenerationOptions defaults = GenerationOptions.GREEDY;
        return new GenerationOptions(
                orElse(parameters.maxOutputTokens(), defaults.maxTokens()),
                orElse(parameters.temperature(), defaults.temperature()),
                orElse(parameters.topP(), defaults.topP()),
                orElse(parameters.topK(), defaults.topK()),
                defaults.minP(),
                defaults.repetitionPenalty(),
                isEmpty(parameters.stopSequences()) ? List.of() : List.copyOf(parameters.stopSequences()),
                defaults.seed(),
                defaults.thinking(),
                defaults.profile(),
                Formats.fromLangChain4j(parameters.responseFormat()));
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list == null || list.isEmpty();
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private record Forwarding(StreamingChatResponseHandler handler) implements ReplyListener {

        @Override
        public void text(String delta, int tokens) {
            if (!delta.isEmpty()) {
                handler.onPartialResponse(delta);
            }
        }

        @Override
        public void progressed() {}

        @Override
        public boolean isCancelled() {
            return Thread.currentThread().isInterrupted();
        }
    }
}
