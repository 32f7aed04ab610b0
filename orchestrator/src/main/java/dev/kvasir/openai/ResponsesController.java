package dev.kvasir.openai;

import dev.kvasir.access.Caller;
import dev.kvasir.access.EventReaders;
import dev.kvasir.access.ProblemException;
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

/** Responses: the part of that API that one run can answer. */
@RestController
@Profile("!worker")
final class ResponsesController {

    private static final Logger log = LoggerFactory.getLogger(ResponsesController.class);
    private static final String PATH = "/v1/responses";

    private final Answering answering;
    private final EventReaders open;
    private final AnswerWriter writer;

    ResponsesController(Answering answering, EventReaders openAiRequests, AnswerWriter writer) {
        this.answering = answering;
        this.open = openAiRequests;
        this.writer = writer;
    }

    @PostMapping(PATH)
    void respond(
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @AuthenticationPrincipal Caller caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        ResponsesRequest request = ResponsesRequest.read(writer.read(body));
        open.serve(caller.userId(), () -> {
            Started started = answering.start(caller, request.asked(), Answering.key(PATH, key, body));
            response.setHeader(Answering.RUN_HEADER, started.id().toString());
            ResponsesAnswers answers = new ResponsesAnswers(started, request);
            if (request.streams()) {
                stream(started, answers, response);
            } else {
                writer.write(answers.ended(answering.await(started)), response);
            }
        });
    }

    private void stream(Started started, ResponsesAnswers answers, HttpServletResponse response)
            throws InterruptedException {
        try {
            ResponsesStream stream = new ResponsesStream(answers, EventOutput.begin(response));
            stream.begin();
            try {
                stream.end(answering.follow(started, stream));
            } catch (ProblemException problem) {
                stream.fail(problem);
            }
        } catch (IOException hungUp) {
            answering.cancel(started);
            log.debug("The client of run {} has hung up", started.id(), hungUp);
        }
    }
}
