package dev.kvasir.tool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code builtin:json_path}: takes values out of JSON by a path (RFC 9535, without filters). */
final class JsonPathTool implements Tool {

    private static final int LONGEST = 1 << 20;
    private static final ToolSpecification SPECIFICATION = new ToolSpecification(
            "json_path",
            "Takes values out of a JSON text by a JSONPath such as $.items[0].name, $..price or $.items[*]; no filters. Answers a JSON"
                    + " list.",
            Schemas.strings(meanings()));

    @Override
    public ToolSpecification specification() {
        return SPECIFICATION;
    }

    @Override
    public ToolResult call(ObjectNode arguments) {
        String json = arguments.path("json").asString("");
        if (json.length() > LONGEST) {
            return ToolResult.failed("The JSON is longer than " + LONGEST + " characters.");
        }
        try {
            JsonNode root = Arguments.mapper().readTree(json);
            List<JsonNode> found =
                    JsonPath.parse(arguments.path("path").asString("")).select(root);
            return ToolResult.done(
                    Arguments.mapper().createArrayNode().addAll(found).toString());
        } catch (JacksonException malformed) {
            return ToolResult.failed("'json' is not JSON: " + malformed.getOriginalMessage() + ".");
        } catch (IllegalArgumentException wrong) {
            return ToolResult.failed(String.valueOf(wrong.getMessage()));
        }
    }

    private static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put("json", "The JSON text");
        meanings.put("path", "Such as $.items[0].name");
        return meanings;
    }
}
