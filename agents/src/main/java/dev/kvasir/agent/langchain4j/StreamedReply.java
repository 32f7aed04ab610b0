package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentException;
import dev.kvasir.agent.AgentFault;
import dev.kvasir.agent.ReplyListener;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a streamed reply, passing its pieces on. The provider's threads call it; one thread waits. */
final class StreamedReply implements StreamingChatResponseHandler {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final String model;
    private final ReplyListener listener;
    private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();
    private final long start = System.nanoTime();
    private volatile long first;

    StreamedReply(String model, ReplyListener listener) {
        this.model = model;
        this.listener = listener;
    }

    @Override
    public void onPartialResponse(String delta) {
        if (first == 0) {
            first = System.nanoTime();
        }
        listener.text(delta, 1);
        listener.progressed();
    }

    @Override
    public void onCompleteResponse(ChatResponse complete) {
        response.complete(complete);
    }

    @Override
    public void onError(Throwable error) {
        response.completeExceptionally(error);
    }

    ChatResponse await() {
        while (true) {
            try {
                return response.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillRunning) {
                if (listener.isCancelled()) {
                    throw new AgentException(AgentFault.CANCELLED, "The reply was cancelled.", stillRunning);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AgentException(AgentFault.CANCELLED, "The reply was interrupted.", interrupted);
            } catch (ExecutionException failed) {
                throw new AgentException(
                        AgentFault.PROVIDER_FAILED,
                        "The provider of model '" + model
                                + "' did not answer. Check its address, its key and the model's" + " name there.",
                        failed);
            }
        }
    }

    Duration firstToken() {
        return first == 0 ? Duration.ZERO : Duration.ofNanos(first - start);
    }

    Duration total() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
