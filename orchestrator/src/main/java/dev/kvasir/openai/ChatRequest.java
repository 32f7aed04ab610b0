package dev.kvasir.openai;

import dev.kvasir.openai.Messages.Dialect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A body of {@code POST /v1/chat/completions}.
 *
 * @param streams whether the answer is told as it is written
 * @param countsUsage whether a stream's last chunk tells the usage
 */
record ChatRequest(Asked asked, boolean streams, boolean countsUsage) {

    private static final Set<String> ELSEWHERE = Set.of(
            "audio",
            "function_call",
            "functions",
            "logit_bias",
            "modalities",
            "moderation",
            "parallel_tool_calls",
            "prediction",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning_effort",
            "safety_identifier",
            "service_tier",
            "store",
            "tool_choice",
            "tools",
            "verbosity",
            "web_search_options");

    /**
     * Reads a body.
     *
     * @throws dev.kvasir.access.ProblemException naming the first parameter that is not accepted
     */
    static ChatRequest read(JsonNode body) {
        Arguments request = Arguments.of(body, "");
        request.required("model");
        String model = request.text("model").orElse("");
        List<ChatTurn> turns = new Messages(Dialect.CHAT).read(request.required("messages"), "/messages");
        refuseWhatIsFixed(request);
        Sampling sampling = new Sampling(request)
                .temperatureAndTopP()
                .maxTokens("max_tokens")
                .maxTokens("max_completion_tokens")
                .seedAndStop()
                .responseFormat()
                .checked();
        boolean streams = request.flag("stream");
        boolean countsUsage = countsUsage(request, streams);
        Extension extension = Extension.read(request);
        Map<String, String> labels = Labels.read(request, "chat.completions");
        request.refuseOthers(ELSEWHERE);
        return new ChatRequest(new Asked(model, turns, sampling, extension, labels), streams, countsUsage);
    }

    private static void refuseWhatIsFixed(Arguments request) {
        request.only("n", 1, "'n' must be 1: Kvasir gives one answer.");
        request.only("frequency_penalty", 0, "'frequency_penalty' must be 0: Kvasir has no such penalty.");
        request.only("presence_penalty", 0, "'presence_penalty' must be 0: Kvasir has no such penalty.");
        String noLogprobs = "must be left out: Kvasir's answers carry no log-probabilities yet.";
        if (request.flag("logprobs")) {
            throw Refusals.unsupported("/logprobs", "'logprobs' " + noLogprobs);
        }
        request.only("top_logprobs", 0, "'top_logprobs' " + noLogprobs);
    }

    private static boolean countsUsage(Arguments request, boolean streams) {
        return request.object("stream_options")
                .map(options -> {
                    if (!streams) {
                        throw Refusals.invalid(
                                "/stream_options", "'stream_options' is for streams: send 'stream' too.");
                    }
                    boolean counts = options.flag("include_usage");
                    if (options.flag("include_obfuscation")) {
                        throw Refusals.unsupported(
                                options.pointer("include_obfuscation"),
                                "'stream_options.include_obfuscation' is not supported by Kvasir.");
                    }
                    options.refuseOthers(Set.of());
                    return counts;
                })
                .orElse(false);
    }
}
