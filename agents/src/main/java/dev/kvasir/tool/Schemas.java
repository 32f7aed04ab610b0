package dev.kvasir.tool;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schemas of our own tools. */
final class Schemas {

    private Schemas() {}

    /** An object of required strings and nothing else, by name with what they mean. */
    static ObjectNode strings(Map<String, String> meanings) {
        ObjectNode schema = Arguments.mapper().createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        meanings.forEach((name, meaning) ->
                properties.putObject(name).put("type", "string").put("description", meaning));
        var required = schema.putArray("required");
        meanings.keySet().forEach(required::add);
        return schema.put("additionalProperties", false);
    }
}
