package dev.kvasir.agent;

import dev.kvasir.tool.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls in what a local model wrote. Models are taught one of two forms: JSON between tags (Qwen, Hermes and many others), or
 * a reply that is nothing but JSON (Llama, Mistral; small ones put it between three backquotes). A name goes with {@code arguments} or
 * {@code parameters}.
 *
 * @param said what stands before the first call; all of it where there is none
 * @param calls in order, without ids; one that cannot be read has no name, and its arguments are what was written
 */
record WrittenCalls(String said, List<ToolCall> calls) {

    static final String OPEN = "<tool_call>";
    private static final Pattern TAGGED =
            Pattern.compile("<tool_call>\\s*(.*?)\\s*(?:</tool_call>|<tool_call>|\\z)", Pattern.DOTALL);
    private static final Pattern FENCED = Pattern.compile("```(?:json|tool_call)?\\s*(.*?)\\s*```", Pattern.DOTALL);
    private static final String PYTHON_TAG = "<|python_tag|>";
    private static final int MAX_DEPTH = 64;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build();

    WrittenCalls {
        calls = List.copyOf(calls);
    }

    /**
     * Reads a whole reply.
     *
     * @param tools names of those that were told; JSON that names no other thing is an answer and no call
     */
    static WrittenCalls in(String reply, Set<String> tools) {
        int open = reply.indexOf(OPEN);
        if (open >= 0) {
            return new WrittenCalls(reply.substring(0, open).stripTrailing(), tagged(reply));
        }
        List<ToolCall> bare = bare(reply, tools);
        return bare.isEmpty() ? new WrittenCalls(reply, List.of()) : new WrittenCalls("", bare);
    }

    /** Whether a reply that begins so may be nothing but calls. */
    static boolean mayBeBare(String beginning) {
        String start = beginning.stripLeading();
        return start.startsWith("{")
                || start.startsWith("[{")
                || start.equals("[")
                || start.startsWith("`")
                || start.startsWith("<|");
    }

    private static List<ToolCall> tagged(String reply) {
        List<ToolCall> calls = new ArrayList<>();
        Matcher matcher = TAGGED.matcher(reply);
        int place = 0;
        while (place < reply.length() && matcher.find(place)) {
            String body = matcher.group(1);
            List<ToolCall> read = calls(body);
            calls.addAll(read.isEmpty() ? List.of(new ToolCall("", "", body)) : read);
            place = matcher.end(1);
            int next = reply.indexOf(OPEN, place);
            place = next < 0 ? reply.length() : next;
        }
        return calls;
    }

    private static List<ToolCall> bare(String reply, Set<String> tools) {
        String text = reply.strip();
        if (!mayBeBare(text)) {
            return List.of();
        }
        if (text.startsWith(PYTHON_TAG)) {
            text = text.substring(PYTHON_TAG.length()).strip();
        }
        Matcher fenced = FENCED.matcher(text);
        List<ToolCall> calls = calls(fenced.matches() ? fenced.group(1) : text);
        return calls.stream().allMatch(call -> tools.contains(call.name())) ? calls : List.of();
    }

    /** Of one or several JSON values; empty unless all of them are calls. */
    private static List<ToolCall> calls(String text) {
        List<ToolCall> calls = new ArrayList<>();
        try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class)
                .readValues(text.replace("};", "} ").replace("}; ", "} "))) {
            while (values.hasNext()) {
                JsonNode value = values.next();
                for (JsonNode each : value.isArray() ? value.values() : List.of(value)) {
                    ToolCall call = call(each);
                    if (call == null) {
                        return List.of();
                    }
                    calls.add(call);
                }
            }
        } catch (JacksonException notJson) {
            return List.of();
        }
        return calls;
    }

    private static @Nullable ToolCall call(JsonNode value) {
        JsonNode call = value.path("function").isObject() ? value.path("function") : value;
        String name = call.path("name").asString("");
        JsonNode arguments = call.has("arguments") ? call.path("arguments") : call.path("parameters");
        if (name.isEmpty()) {
            return null;
        }
        if (arguments.isMissingNode()) {
            return new ToolCall("", name, "{}");
        }
        return new ToolCall("", name, arguments.isString() ? arguments.stringValue() : arguments.toString());
    }
}
