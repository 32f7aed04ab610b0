package dev.kvasir.tool;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema that others wrote, without what could hang or leave this process: regular expressions and references elsewhere. Who wrote it
 * still checks those.
 */
final class SafeSchema {

    private static final Set<String> NAMED = Set.of("properties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> DROPPED = Set.of("pattern", "patternProperties", "$schema", "$id", "format");
    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
    private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

    private SafeSchema() {}

    /** A copy. */
    static JsonNode of(JsonNode schema) {
        if (schema.isArray()) {
            var copy = JsonNodeFactory.instance.arrayNode();
            schema.values().forEach(value -> copy.add(of(value)));
            return copy;
        }
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(field -> copyTo(copy, field.getKey(), field.getValue()));
        return copy;
    }

    private static void copyTo(ObjectNode copy, String name, JsonNode value) {
        boolean leads = REFERENCES.contains(name) && !value.asString("#").startsWith("#");
        if (DROPPED.contains(name) || leads) {
            return;
        }
        if (NAMED.contains(name) && value instanceof ObjectNode named) {
            ObjectNode schemas = JsonNodeFactory.instance.objectNode();
            named.properties().forEach(field -> schemas.set(field.getKey(), of(field.getValue())));
            copy.set(name, schemas);
            return;
        }
        copy.set(name, DATA.contains(name) ? value : of(value));
    }
}
