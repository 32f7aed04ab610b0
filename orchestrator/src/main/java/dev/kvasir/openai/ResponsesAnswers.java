package dev.kvasir.openai;

import dev.kvasir.access.OpenAiErrors;
import dev.kvasir.access.ProblemException;
import dev.kvasir.openai.Answering.Started;
import dev.kvasir.openai.Reply.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One run's answers as {@code response} objects and what they are made of. */
final class ResponsesAnswers {

    /** What a response repeats of its request, null where the request has none. */
    private static final List<String> REPEATED =
            List.of("instructions", "max_output_tokens", "temperature", "top_p", "user");

    private final Started started;
    private final ResponsesRequest request;
    private final String hex;

    ResponsesAnswers(Started started, ResponsesRequest request) {
        this.started = started;
        this.request = request;
        this.hex = started.id().value().toString().replace("-", "");
    }

    /** The id of the only message. */
    String item() {
        return "msg_" + hex;
    }

    /** The response before there is any output. */
    ObjectNode begun() {
        return response("in_progress", null);
    }

    ObjectNode ended(Reply reply) {
        ObjectNode response = response(reply.isCut() ? "incomplete" : "completed", reply);
        response.withArray("output").add(message(status(reply), reply.text()));
        response.set("usage", usage(reply.usage()));
        response.set("kvasir", reply.kvasir());
        return response;
    }

    ObjectNode failed(ProblemException problem) {
        ObjectNode response = response("failed", null);
        JsonNode error = OpenAiErrors.body(problem).path("error");
        response.putObject("error")
                .put("code", "server_error")
                .put("message", error.path("message").asString(""));
        return response;
    }

    /** Whether the reply is all that the model had to say. */
    static String status(Reply reply) {
        return reply.isCut() ? "incomplete" : "completed";
    }

    /** @param text null for a message that is only begun */
    ObjectNode message(String status, @Nullable String text) {
        ObjectNode message = object().put("id", item())
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        message.putArray("content");
        if (text != null) {
            message.withArray("content").add(part(text));
        }
        return message;
    }

    static ObjectNode part(String text) {
        ObjectNode part = object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    private ObjectNode response(String status, @Nullable Reply reply) {
        ObjectNode response = object().put("id", "resp_" + hex)
                .put("object", "response")
                .put("created_at", started.record().createdAt().getEpochSecond())
                .put("status", status)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", started.model().id());
        if (reply != null && reply.isCut()) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        }
        REPEATED.forEach(name -> response.set(
                name,
                request.body().path(name).isMissingNode()
                        ? JsonNodeFactory.instance.nullNode()
                        : request.body().get(name)));
        response.putArray("output");
        response.putNull("usage").putNull("previous_response_id");
        response.put("parallel_tool_calls", false).put("tool_choice", "none").put("truncation", "disabled");
        response.putArray("tools");
        response.set("text", text());
        ObjectNode metadata = response.putObject("metadata");
        request.metadata().forEach(metadata::put);
        return response;
    }

    private ObjectNode text() {
        ObjectNode text = object();
        JsonNode format = request.body().path("text").path("format");
        text.set("format", format.isObject() ? format : object().put("type", "text"));
        return text;
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode counted = object().put("input_tokens", usage.prompt());
        counted.putObject("input_tokens_details")
                .put("cached_tokens", usage.reused())
                .put("cache_write_tokens", 0);
        counted.put("output_tokens", usage.generated());
        counted.putObject("output_tokens_details")
                .put("reasoning_tokens", 0)
                .put("intermediate_tokens", usage.intermediate());
        return counted.put("total_tokens", usage.prompt() + usage.generated());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
