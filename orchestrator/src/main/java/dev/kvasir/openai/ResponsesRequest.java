package dev.kvasir.openai;

import dev.kvasir.openai.Messages.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A body of {@code POST /v1/responses}.
 *
 * @param instructions the system message that it brings; null for none
 * @param metadata as the answer repeats it
 * @param streams whether the answer is told as it is written
 */
record ResponsesRequest(
        Asked asked, @Nullable String instructions, Map<String, String> metadata, boolean streams, ObjectNode body) {

    private static final Set<String> ELSEWHERE = Set.of(
            "access_programs",
            "background",
            "background_options",
            "context_management",
            "conversation",
            "image",
            "include",
            "max_tool_calls",
            "moderation",
            "parallel_tool_calls",
            "previous_response_id",
            "prompt",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning",
            "safety_identifier",
            "service_tier",
            "store",
            "stream_options",
            "tool_choice",
            "tools",
            "top_logprobs",
            "truncation");

    /**
     * Reads a body.
     *
     * @throws dev.kvasir.access.ProblemException naming the first parameter that is not accepted
     */
    static ResponsesRequest read(JsonNode body) {
        Arguments request = Arguments.of(body, "");
        request.required("model");
        String model = request.text("model").orElse("");
        String instructions = request.text("instructions").orElse(null);
        List<ChatTurn> turns = new ArrayList<>();
        if (instructions != null) {
            turns.add(new ChatTurn("system", instructions));
        }
        turns.addAll(turns(request.required("input")));
        Sampling sampling = new Sampling(request)
                .temperatureAndTopP()
                .maxTokens("max_output_tokens")
                .textFormat()
                .checked();
        boolean streams = request.flag("stream");
        Extension extension = Extension.read(request);
        Map<String, String> metadata = Labels.metadata(request);
        Map<String, String> labels = Labels.read(request, "responses");
        request.refuseOthers(ELSEWHERE);
        return new ResponsesRequest(
                new Asked(model, turns, sampling, extension, labels), instructions, metadata, streams, (ObjectNode)
                        body);
    }

    private static List<ChatTurn> turns(JsonNode input) {
        return input.isString()
                ? List.of(new ChatTurn("user", input.stringValue()))
                : new Messages(Dialect.RESPONSES).read(input, "/input");
    }
}
