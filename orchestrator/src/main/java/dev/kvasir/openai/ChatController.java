package dev.kvasir.openai;

import dev.kvasir.access.Caller;
import dev.kvasir.access.EventReaders;
import dev.kvasir.access.OpenAiErrors;
import dev.kvasir.access.ProblemException;
import dev.kvasir.openai.Answering.Listener;
import dev.kvasir.openai.Answering.Started;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Chats: a conversation in, its next turn out, whole or as it is written. */
@RestController
@Profile("!worker")
final class ChatController {

    private static final Logger log = LoggerFactory.getLogger(ChatController.class);
    private static final String PATH = "/v1/chat/completions";

    private final Answering answering;
    private final EventReaders open;
    private final AnswerWriter writer;

    ChatController(Answering answering, EventReaders openAiRequests, AnswerWriter writer) {
        this.answering = answering;
        this.open = openAiRequests;
        this.writer = writer;
    }

    @PostMapping(PATH)
    void complete(
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @AuthenticationPrincipal Caller caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        ChatRequest request = ChatRequest.read(writer.read(body));
        open.serve(caller.userId(), () -> {
            Started started = answering.start(caller, request.asked(), Answering.key(PATH, key, body));
            response.setHeader(Answering.RUN_HEADER, started.id().toString());
            if (request.streams()) {
                stream(started, request, response);
            } else {
                writer.write(new ChatAnswers(started, true).completion(answering.await(started)), response);
            }
        });
    }

    private void stream(Started started, ChatRequest request, HttpServletResponse response)
            throws InterruptedException {
        ChatAnswers answers = new ChatAnswers(started, request.countsUsage());
        try {
            EventOutput out = EventOutput.begin(response);
            out.data(answers.first());
            try {
                Reply reply = answering.follow(started, listener(answers, out));
                out.data(answers.last(reply));
                if (request.countsUsage()) {
                    out.data(answers.counted(reply));
                }
                out.done();
            } catch (ProblemException problem) {
                out.data(OpenAiErrors.body(problem));
            }
        } catch (IOException hungUp) {
            answering.cancel(started);
            log.debug("The client of run {} has hung up", started.id(), hungUp);
        }
    }

    private static Listener listener(ChatAnswers answers, EventOutput out) {
        return new Listener() {
            @Override
            public void text(String more) throws IOException {
                out.data(answers.more(more));
            }

            @Override
            public void silence() throws IOException {
                out.silence();
            }
        };
    }
}
