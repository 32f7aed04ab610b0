package dev.kvasir.agent.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every chat model of ours keeps, whatever answers behind it. */
interface ChatModelContract {

    ChatModel blocking();

    StreamingChatModel streaming();

    /** A question that the model answers with at least three tokens. */
    String question();

    @Test
    default void aReplyHasTextUsageAndAReasonToEnd() {
        ChatResponse response = blocking().chat(asking(16));

        assertThat(response.aiMessage().text()).isNotEmpty();
        assertThat(response.tokenUsage().inputTokenCount()).isPositive();
        assertThat(response.tokenUsage().outputTokenCount()).isPositive();
        assertThat(response.finishReason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    }

    @Test
    default void whatIsStreamedIsWhatIsAnswered() throws Exception {
        Collected collected = new Collected();

        streaming().chat(asking(16), collected);

        ChatResponse streamed = collected.response.get(60, TimeUnit.SECONDS);
        assertThat(collected.text.toString()).isEqualTo(streamed.aiMessage().text());
        assertThat(streamed.aiMessage().text())
                .isEqualTo(blocking().chat(asking(16)).aiMessage().text());
    }

    @Test
    default void theTokenLimitEndsAReply() {
        ChatResponse response = blocking().chat(asking(1));

        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(1);
        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
    }

    private ChatRequest asking(int maxTokens) {
        return ChatRequest.builder()
                .messages(UserMessage.from(question()))
                .maxOutputTokens(maxTokens)
                .build();
    }

    /** Keeps what a stream brings. */
    final class Collected implements StreamingChatResponseHandler {

        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String delta) {
            text.append(Objects.requireNonNull(delta));
        }

        @Override
        public void onCompleteResponse(ChatResponse complete) {
            response.complete(complete);
        }

        @Override
        public void onError(Throwable error) {
            response.completeExceptionally(error);
        }
    }
}
