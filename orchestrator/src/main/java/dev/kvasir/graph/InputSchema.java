package dev.kvasir.graph;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Holds a run's input against its graph's schema (JSON Schema 2020-12); nothing is ever fetched. */
public final class InputSchema {

    private static final int MAX_FAULTS = 100;
    private static final String DIALECT = Dialects.getDraft202012().getId();
    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef");
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Schema META = SCHEMAS.getSchema(SchemaLocation.of(DIALECT));

    private InputSchema() {}

    /**
     * One fault of an input.
     *
     * @param pointer JSON pointer into the input
     */
    public record InputFault(String pointer, String detail) {}

    /** Every fault of an input, at most 100; empty if it fits. */
    public static List<InputFault> faults(Node.Input node, JsonNode input) {
        return faults(node.schema(), input, "Input");
    }

    /**
     * Every fault of a value under a schema that was checked, at most 100.
     *
     * @param what as sentences begin, such as "Input"
     */
    public static List<InputFault> faults(JsonNode checked, JsonNode value, String what) {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(checked);
        return schema.validate(value).stream()
                .limit(MAX_FAULTS)
                .map(error -> new InputFault(
                        error.getInstanceLocation().toString(),
                        what + " " + place(error.getInstanceLocation().toString()) + error.getMessage()))
                .toList();
    }

    private static String place(String pointer) {
        return pointer.isEmpty() ? "" : "at " + pointer + ": ";
    }

    /** What keeps a value from being a schema that an input node may have, as the ends of sentences. */
    static List<String> schemaFaults(JsonNode schema) {
        if (!schema.isObject()) {
            return List.of("is not a JSON Schema: it must be an object, not " + Fields.shown(schema) + ".");
        }
        List<String> faults = new ArrayList<>(references(schema));
        String dialect = schema.path("$schema").asString(DIALECT);
        if (!dialect.equals(DIALECT)) {
            faults.add("is not a JSON Schema: it must be of 2020-12, not " + dialect + ".");
        }
        if (!schema.path("type").asString("").equals("object")) {
            faults.add("is not a JSON Schema: its type must be \"object\".");
        }
        if (faults.isEmpty()) {
            META.validate(schema).stream()
                    .limit(MAX_FAULTS)
                    .map(error -> "is not a JSON Schema: "
                            + place(error.getInstanceLocation().toString()) + error.getMessage() + ".")
                    .forEach(faults::add);
        }
        return faults;
    }

    private static List<String> references(JsonNode schema) {
        List<String> faults = new ArrayList<>();
        Deque<JsonNode> open = new ArrayDeque<>(List.of(schema));
        while (!open.isEmpty()) {
            JsonNode next = open.remove();
            for (var property : next.properties()) {
                String target = property.getValue().asString("#");
                if (REFERENCES.contains(property.getKey()) && !target.startsWith("#")) {
                    faults.add("uses a remote $ref.");
                }
                if (property.getKey().equals("pattern") && property.getValue().isString()) {
                    faults.add("uses a pattern, which is not available yet in this version.");
                }
                if (property.getKey().equals("patternProperties")) {
                    faults.add("uses patternProperties, which is not available yet in this version.");
                }
            }
            next.values().stream().filter(JsonNode::isContainer).forEach(open::add);
        }
        return faults.stream().distinct().toList();
    }
}
