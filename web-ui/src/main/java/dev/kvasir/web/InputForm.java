package dev.kvasir.web;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.MalformedJsonException;
import dev.kvasir.graph.StrictJson;
import dev.kvasir.web.InputForm.Field.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A form made from the JSON Schema of an object, and the object that is typed into it. */
public record InputForm(JsonNode schema) {

    /**
     * A field of the form.
     *
     * @param kind {@code TEXT}, {@code NUMBER}, {@code FLAG} or {@code JSON}
     * @param value what was typed last
     */
    public record Field(String name, String label, Kind kind, boolean isRequired, String value) {

        /** How a value is typed. */
        public enum Kind {
            TEXT,
            NUMBER,
            FLAG,
            JSON
        }
    }

    /** Fields of the form, with what was typed last. */
    public List<Field> fields(Map<String, String> typed) {
        List<Field> fields = new ArrayList<>();
        schema.path("properties").properties().forEach(property -> {
            String name = property.getKey();
            String label = property.getValue().path("title").asString(name);
            fields.add(new Field(
                    name, label, kind(property.getValue()), isRequired(name), typed.getOrDefault("in." + name, "")));
        });
        return fields;
    }

    private boolean isRequired(String name) {
        return schema.path("required").values().stream()
                .anyMatch(value -> value.asString("").equals(name));
    }

    private static Kind kind(JsonNode property) {
        return switch (property.path("type").asString("")) {
            case "string" -> Kind.TEXT;
            case "number", "integer" -> Kind.NUMBER;
            case "boolean" -> Kind.FLAG;
            default -> Kind.JSON;
        };
    }

    /**
     * The input as typed; what is no number or no JSON stays text, and the schema says so.
     *
     * @param typed field names with {@code in.} before them
     */
    public ObjectNode read(Map<String, String> typed) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        for (Field field : fields(typed)) {
            String value = field.value();
            if (field.kind() == Kind.FLAG) {
                input.put(field.name(), value.equals("true"));
            } else if (!value.isEmpty() || field.isRequired()) {
                input.set(field.name(), value(field.kind(), value));
            }
        }
        return input;
    }

    private static JsonNode value(Kind kind, String value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        try {
            return switch (kind) {
                case TEXT, FLAG -> nodes.stringNode(value);
                case NUMBER -> nodes.numberNode(new BigDecimal(value));
                case JSON -> StrictJson.read(value, GraphDocument.MAX_BYTES);
            };
        } catch (NumberFormatException | MalformedJsonException other) {
            return nodes.stringNode(value);
        }
    }
}
