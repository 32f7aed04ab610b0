package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.AgentReply;
import dev.kvasir.agent.FusionReport;
import dev.kvasir.agent.GenerationOptions;
import dev.kvasir.agent.Intake;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.agent.Placement;
import dev.kvasir.agent.Provider;
import dev.kvasir.agent.ReplyListener;
import dev.kvasir.agent.ReplyRequest;
import dev.kvasir.agent.Timings;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;

/** Models behind OpenAI's chat-completions API, whoever serves it. */
public final class OpenAiCompatibleProvider implements Provider {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Override
    public AgentReply reply(ModelEntry.Remote model, ReplyRequest request, ReplyListener listener) {
        if (!(request.intake() instanceof Intake.None)) {
            throw new AgentException(
                    AgentFault.REMOTE_MODEL,
                    "Model '" + model.name() + "' is remote and cannot take over a KV cache. Use a TEXT edge.");
        }
        StreamedReply reply = new StreamedReply(model.name(), listener);
        chatModel(model, request.options()).chat(conversation(request), reply);
        return toReply(reply.await(), reply.firstToken(), reply.total());
    }

    private static StreamingChatModel chatModel(ModelEntry.Remote model, GenerationOptions options) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(model.address().toString())
                .apiKey(model.key().get())
                .modelName(model.modelId())
                .temperature(options.temperature())
                .topP(options.topP())
                .maxTokens(options.maxTokens())
                .stop(options.stop())
                .seed((int) options.seed())
                .timeout(TIMEOUT)
                .build();
    }

    private static ChatRequest conversation(ReplyRequest request) {
        return ChatRequest.builder()
                .messages(Conversation.toLangChain4j(request.messages()))
                .toolSpecifications(Conversation.tools(request.tools()))
                .responseFormat(Formats.toLangChain4j(request.options().format()))
                .build();
    }

    private static AgentReply toReply(ChatResponse response, Duration firstToken, Duration total) {
        String text = response.aiMessage().text();
        TokenUsage usage = response.tokenUsage();
        Duration none = Duration.ZERO;
        AgentReply reply = new AgentReply(
                text == null ? "" : text,
                response.finishReason() == FinishReason.LENGTH
                        ? AgentReply.FinishReason.LENGTH
                        : AgentReply.FinishReason.STOP,
                usage == null || usage.inputTokenCount() == null ? 0 : usage.inputTokenCount(),
                usage == null || usage.outputTokenCount() == null ? 0 : usage.outputTokenCount(),
                0,
                new Timings(none, none, none, none, none, none, total, firstToken, total),
                FusionReport.NONE,
                new Placement("remote", "none", "none"));
        return reply.asking(reply.text(), Conversation.calls(response.aiMessage()));
    }
}
