package dev.kvasir.grammar;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which keywords of JSON Schema 2020-12 can be forced, and what of. */
final class SchemaKeywords {

    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** Every type, with the keywords that concern it alone. */
    static final Map<String, Set<String>> OF_TYPE = types();

    /** What tells readers something and asks nothing of a value; a format is no more than that in 2020-12. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "example",
            "deprecated",
            "readOnly",
            "writeOnly",
            "format",
            "contentEncoding",
            "contentMediaType");

    /** Each stands alone: what several ask together cannot be forced. */
    static final List<String> ALONE = List.of("$ref", "anyOf", "oneOf", "allOf");

    private static final Set<String> GENERAL = Set.of("type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf");

    private static final Map<String, String> CURES = Map.of(
            "nullable", "Use \"type\": [\"string\", \"null\"] instead.",
            "multipleOf", "List the values in an enum, or check them in a later node.",
            "uniqueItems", "Check it in a later node.",
            "$anchor", "Name a place by its pointer, as in \"#/$defs/place\".",
            "$dynamicRef", "Use $ref.",
            "not", "List what is allowed instead.");

    private SchemaKeywords() {}

    private static Map<String, Set<String>> types() {
        Map<String, Set<String>> types = new LinkedHashMap<>();
        types.put("object", Set.of("properties", "required", "additionalProperties"));
        types.put("array", Set.of("items", "prefixItems", "minItems", "maxItems"));
        types.put("string", Set.of("minLength", "maxLength", "pattern"));
        types.put("integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));
        types.put("number", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));
        types.put("boolean", Set.of());
        types.put("null", Set.of());
        return types;
    }

    static boolean concerns(String keyword, String type) {
        return OF_TYPE.getOrDefault(type, Set.of()).contains(keyword);
    }

    static boolean isAnnotation(String keyword) {
        return ANNOTATIONS.contains(keyword);
    }

    static boolean isKnown(String keyword) {
        return isAnnotation(keyword)
                || GENERAL.contains(keyword)
                || OF_TYPE.values().stream().anyMatch(own -> own.contains(keyword));
    }

    /** Why a keyword is refused. */
    static String refusal(String keyword) {
        return "Keyword '" + keyword + "' cannot be forced on a reply. "
                + CURES.getOrDefault(keyword, "Leave it out, or check it in a later node.");
    }
}
