package dev.kvasir.openai;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How the agent that feeds the output is to decode, read from a request. Ranges are the graph rules' to judge. */
final class Sampling {

    private static final int MOST_STOPS = 4;
    private static final int LARGEST = 48 * 1024; // bytes; the run's row keeps them

    private final Arguments request;
    private final ObjectNode generation = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> names = new HashMap<>();

    Sampling(Arguments request) {
        this.request = request;
    }

    /** Fields of a node's {@code generation}. */
    ObjectNode generation() {
        return generation;
    }

    /** Pointers into the request by the field of {@code generation} that it sets there. */
    Map<String, String> names() {
        return Map.copyOf(names);
    }

    /** The seed that the request asks for. */
    @Nullable
    Long seed() {
        JsonNode seed = generation.get("seed");
        return seed != null && seed.canConvertToLong() ? Long.valueOf(seed.longValue()) : null;
    }

    Sampling temperatureAndTopP() {
        request.number("temperature").ifPresent(value -> set("temperature", value, "temperature"));
        request.number("top_p").ifPresent(value -> set("topP", value, "top_p"));
        return this;
    }

    /** Takes the most tokens of an answer; a second name for it must say the same. */
    Sampling maxTokens(String name) {
        request.whole(name).ifPresent(value -> {
            JsonNode before = generation.get("maxTokens");
            if (before != null && !before.equals(value)) {
                throw Refusals.invalid(
                        request.pointer(name), "'max_tokens' and 'max_completion_tokens' differ. Send one of them.");
            }
            set("maxTokens", value, name);
        });
        return this;
    }

    Sampling seedAndStop() {
        request.whole("seed").ifPresent(value -> set("seed", value, "seed"));
        JsonNode stop = request.take("stop");
        if (stop != null) {
            ArrayNode stops = JsonNodeFactory.instance.arrayNode();
            (stop.isArray() ? stop : stops.arrayNode().add(stop)).forEach(stops::add);
            if (stops.size() > MOST_STOPS || !stops.valueStream().allMatch(JsonNode::isString)) {
                throw Refusals.invalid(request.pointer("stop"), "'stop' must be a text, or a list of up to 4 texts.");
            }
            set("stop", stops, "stop");
        }
        return this;
    }

    /** Takes {@code response_format} as chats have it, its schema one level down. */
    Sampling responseFormat() {
        request.object("response_format").ifPresent(format -> {
            format(format, format.object("json_schema").orElse(null));
            names.put("responseFormat", request.pointer("response_format"));
        });
        return this;
    }

    /** Takes {@code text.format} as responses have it. */
    Sampling textFormat() {
        request.object("text").ifPresent(text -> {
            text.object("format").ifPresent(format -> {
                format(format, format);
                names.put("responseFormat", text.pointer("format"));
            });
            text.refuseOthers(Set.of("verbosity"));
        });
        return this;
    }

    private void format(Arguments format, @Nullable Arguments schema) {
        format.required("type");
        String type = format.text("type").orElse("");
        switch (type) {
            case "text" -> {} // as ever
            case "json_object" -> generation.put("responseFormat", "JSON");
            case "json_schema" -> schema(format, schema);
            default ->
                throw Refusals.unsupported(
                        format.pointer("type"),
                        "%s is '%s'. Kvasir knows text, json_object and json_schema."
                                .formatted(Arguments.quoted(format.pointer("type")), Refusals.shown(type)));
        }
        format.refuseOthers(Set.of());
    }

    private void schema(Arguments format, @Nullable Arguments holder) {
        if (holder == null) {
            format.required("json_schema");
            return;
        }
        holder.required("schema");
        ObjectNode schema = holder.document("schema").orElseThrow();
        holder.text("name");
        holder.text("description");
        holder.flag("strict"); // a schema always binds here
        if (holder != format) {
            holder.refuseOthers(Set.of());
        }
        generation.set("responseFormat", schema);
    }

    /** @throws dev.kvasir.access.ProblemException if the options together are larger than a run keeps */
    Sampling checked() {
        if (generation.toString().length() > LARGEST) {
            throw Refusals.invalid("", "The options are larger than %d characters, the limit here.".formatted(LARGEST));
        }
        return this;
    }

    private void set(String field, JsonNode value, String name) {
        generation.set(field, value);
        names.put(field, request.pointer(name));
    }
}
