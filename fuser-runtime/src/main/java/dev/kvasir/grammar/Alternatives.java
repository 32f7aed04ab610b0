package dev.kvasir.grammar;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Whether no value fits two schemas of a list, as far as that is plain: by their types, or by a member that both require. */
final class Alternatives {

    private final JsonNode root;

    Alternatives(JsonNode root) {
        this.root = root;
    }

    boolean areApart(JsonNode list) {
        List<JsonNode> schemas = list.valueStream().map(this::meant).toList();
        for (int one = 0; one < schemas.size(); one++) {
            for (int other = 0; other < one; other++) {
                if (!areApart(schemas.get(one), schemas.get(other))) {
                    return false;
                }
            }
        }
        return true;
    }

    private JsonNode meant(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.startsWith("#/") ? root.at(JsonPointer.compile(reference.substring(1))) : schema;
    }

    private static boolean areApart(JsonNode one, JsonNode other) {
        return haveNothingInCommon(values(one), values(other))
                || haveNothingInCommon(types(one), types(other))
                || names(one).stream()
                        .filter(names(other)::contains)
                        .anyMatch(name -> haveNothingInCommon(
                                values(one.path("properties").path(name.asString(""))),
                                values(other.path("properties").path(name.asString("")))));
    }

    /** Of two sets that are known; an empty one is not. */
    private static boolean haveNothingInCommon(Set<JsonNode> one, Set<JsonNode> other) {
        return !one.isEmpty() && !other.isEmpty() && one.stream().noneMatch(other::contains);
    }

    private static Set<JsonNode> values(JsonNode schema) {
        return schema.has("const")
                ? Set.of(schema.path("const"))
                : new HashSet<>(schema.path("enum").values());
    }

    /** A number may be an integer, so it has no type of its own here. */
    private static Set<JsonNode> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        Set<JsonNode> types =
                new HashSet<>(type.isArray() ? type.values() : type.isString() ? List.of(type) : List.of());
        return types.stream().anyMatch(name -> name.asString("").equals("number")) ? Set.of() : types;
    }

    private static Set<JsonNode> names(JsonNode schema) {
        boolean isObject = schema.path("type").asString("object").equals("object");
        return isObject ? new HashSet<>(schema.path("required").values()) : Set.of();
    }
}
