package dev.kvasir.openai;

import dev.kvasir.access.ProblemException;
import dev.kvasir.openai.Answering.Listener;
import java.io.IOException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A response as it is written: typed events, numbered from 0. Not for several threads. */
final class ResponsesStream implements Listener {

    private final ResponsesAnswers answers;
    private final EventOutput out;
    private int sequence;

    ResponsesStream(ResponsesAnswers answers, EventOutput out) {
        this.answers = answers;
        this.out = out;
    }

    /** Tells that the run has begun, and opens the only message with its only part. */
    void begin() throws IOException {
        send("response.created", object("response", answers.begun()));
        send("response.in_progress", object("response", answers.begun()));
        send(
                "response.output_item.added",
                object("item", answers.message("in_progress", null)).put("output_index", 0));
        send("response.content_part.added", place().set("part", ResponsesAnswers.part("")));
    }

    @Override
    public void text(String more) throws IOException {
        ObjectNode delta = place().put("delta", more);
        delta.putArray("logprobs");
        send("response.output_text.delta", delta);
    }

    @Override
    public void silence() throws IOException {
        out.silence();
    }

    /** Closes the part, the message and the response. */
    void end(Reply reply) throws IOException {
        ObjectNode done = place().put("text", reply.text());
        done.putArray("logprobs");
        send("response.output_text.done", done);
        send("response.content_part.done", place().set("part", ResponsesAnswers.part(reply.text())));
        String status = ResponsesAnswers.status(reply);
        send(
                "response.output_item.done",
                object("item", answers.message(status, reply.text())).put("output_index", 0));
        send("response." + status, object("response", answers.ended(reply)));
    }

    void fail(ProblemException problem) throws IOException {
        send("response.failed", object("response", answers.failed(problem)));
    }

    private ObjectNode place() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("item_id", answers.item())
                .put("output_index", 0)
                .put("content_index", 0);
    }

    private static ObjectNode object(String name, ObjectNode value) {
        return JsonNodeFactory.instance.objectNode().set(name, value);
    }

    private void send(String type, ObjectNode event) throws IOException {
        ObjectNode whole =
                JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", sequence++);
        out.event(type, whole.setAll(event));
    }
}
