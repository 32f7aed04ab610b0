package dev.kvasir.grammar;

import dev.kvasir.grammar.Shape.Choice;
import dev.kvasir.grammar.Shape.Constants;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns a JSON Schema into shapes, one for each place in it, and collects what it cannot turn. */
final class SchemaCompiler {

    private static final int MOST_SHAPES = 10_000;
    private static final int MOST_VALUES = 1_000;
    private static final int DEEPEST = 64;

    private final JsonNode root;
    private final List<SchemaFault> faults = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final TypeCompiler types;
    private final List<SchemaFault> remarks = new ArrayList<>();
    final ShapeTable table;

    SchemaCompiler(JsonNode root, SchemaEffort effort) {
        this.root = root;
        this.table = new ShapeTable(effort);
        this.types = new TypeCompiler(this);
    }

    List<SchemaFault> faults() {
        return faults;
    }

    /** What is taken otherwise than one might think. */
    List<SchemaFault> remarks() {
        return remarks;
    }

    /** The shape of the whole schema. */
    int compile() {
        if (root.path("$schema").isString()
                && !root.path("$schema").stringValue().replaceFirst("#$", "").equals(SchemaKeywords.DIALECT)) {
            fault("/$schema", "The schema must be of 2020-12, not " + root.path("$schema") + ".");
        }
        int whole = shape(root, "");
        table.flatten();
        return whole;
    }

    /** The shape of the schema at a place; the place of one that is being made already has its number. */
    int shape(JsonNode schema, String pointer) {
        Integer known = places.get(pointer);
        if (known != null) {
            return known;
        }
        if (table.size() >= MOST_SHAPES || pointer.chars().filter(c -> c == '/').count() > 2 * DEEPEST) {
            fault(
                    pointer,
                    "The schema is too large: it has more than " + MOST_SHAPES + " places or " + DEEPEST + " levels.");
            places.put(pointer, table.any());
            return table.any();
        }
        int number = table.reserve();
        places.put(pointer, number);
        table.set(number, made(schema, pointer));
        return number;
    }

    private Shape made(JsonNode schema, String pointer) {
        if (schema.isBoolean()) {
            return new Choice(schema.booleanValue() ? List.of(table.any()) : List.of());
        }
        if (!schema.isObject()) {
            return refused(pointer, "A schema is an object, true or false.");
        }
        for (String keyword : schema.propertyNames()) {
            if (!SchemaKeywords.isKnown(keyword)) {
                fault(child(pointer, keyword), SchemaKeywords.refusal(keyword));
            }
        }
        if (schema.has("format")) {
            remarks.add(new SchemaFault(
                    child(pointer, "format"), "A format is only a note and not forced. Say it as a pattern."));
        }
        for (String keyword : SchemaKeywords.ALONE) {
            if (schema.has(keyword)) {
                return alone(schema, keyword, pointer);
            }
        }
        return schema.has("enum") || schema.has("const") ? constants(schema, pointer) : typed(schema, pointer);
    }

    private Shape alone(JsonNode schema, String keyword, String pointer) {
        for (String other : schema.propertyNames()) {
            if (!other.equals(keyword) && SchemaKeywords.isKnown(other) && !SchemaKeywords.isAnnotation(other)) {
                return refused(
                        child(pointer, other),
                        "'" + other + "' beside '" + keyword + "' cannot be forced. Put it into the schemas that '"
                                + keyword + "' names.");
            }
        }
        JsonNode value = schema.path(keyword);
        String place = child(pointer, keyword);
        if (keyword.equals("$ref")) {
            return new Choice(List.of(target(value, place)));
        }
        if (!value.isArray() || value.isEmpty()) {
            return refused(place, "'" + keyword + "' is a list of at least one schema.");
        }
        if (keyword.equals("allOf") && value.size() > 1) {
            return refused(place, "'allOf' of several schemas cannot be forced. Write them as one.");
        }
        if (keyword.equals("oneOf") && !new Alternatives(root).areApart(value)) {
            remarks.add(
                    new SchemaFault(
                            place,
                            "'oneOf' is forced as 'anyOf': a reply that fits two of its schemas fails. Tell them apart by a const."));
        }
        List<Integer> options = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            options.add(shape(value.get(i), place + "/" + i));
        }
        return new Choice(options);
    }

    private int target(JsonNode reference, String place) {
        String text = reference.asString("");
        if (!text.equals("#") && !text.startsWith("#/")) {
            fault(place, "'$ref' must name a place in this schema, such as \"#/$defs/place\".");
            return table.any();
        }
        String pointer = decoded(text.substring(1));
        JsonNode schema = root.at(JsonPointer.compile(pointer));
        if (schema.isMissingNode()) {
            fault(place, "'$ref' names " + text + ", which this schema does not have.");
            return table.any();
        }
        return shape(schema, pointer);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /** The values of an enum that the rest of the schema allows. */
    private Shape constants(JsonNode schema, String pointer) {
        Set<JsonNode> values = new LinkedHashSet<>();
        if (schema.has("const")) {
            values.add(schema.path("const"));
        }
        if (schema.has("enum")) {
            JsonNode list = schema.path("enum");
            if (!list.isArray() || list.isEmpty() || list.size() > MOST_VALUES) {
                return refused(child(pointer, "enum"), "'enum' is a list of 1 to " + MOST_VALUES + " values.");
            }
            Set<JsonNode> listed = new LinkedHashSet<>(list.values());
            values = schema.has("const") && !listed.contains(schema.path("const")) ? Set.of() : merged(values, listed);
        }
        Shape rest = typed(schema, pointer);
        boolean isMore = isMoreThanTyped(schema);
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values) {
            if (value.isContainer() && isMore) {
                return refused(pointer, "An enum or const of objects or lists cannot be forced beside other keywords.");
            }
            if (isOfType(schema, value) && (!isMore || table.accepts(rest, value))) {
                texts.add(value.toString());
            }
        }
        if (texts.isEmpty()) {
            return refused(pointer, "No value of its enum or const fits the rest of it.");
        }
        return new Constants(texts);
    }

    private static Set<JsonNode> merged(Set<JsonNode> constant, Set<JsonNode> listed) {
        return constant.isEmpty() ? listed : constant;
    }

    /** Whether a schema says more of a value than its type. */
    private static boolean isMoreThanTyped(JsonNode schema) {
        return SchemaKeywords.OF_TYPE.values().stream().flatMap(Set::stream).anyMatch(schema::has);
    }

    private static boolean isOfType(JsonNode schema, JsonNode value) {
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            return true;
        }
        List<JsonNode> types = type.isArray() ? List.copyOf(type.values()) : List.of(type);
        return types.stream().anyMatch(one -> switch (one.asString("")) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" ->
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        });
    }

    private Shape typed(JsonNode schema, String pointer) {
        Set<String> wanted = types(schema, pointer);
        for (String keyword : schema.propertyNames()) {
            boolean concernsTypes = SchemaKeywords.OF_TYPE.values().stream().anyMatch(own -> own.contains(keyword));
            if (concernsTypes && wanted.stream().noneMatch(type -> SchemaKeywords.concerns(keyword, type))) {
                fault(
                        child(pointer, keyword),
                        "'" + keyword + "' asks nothing of type " + String.join(" or ", wanted) + ". Leave it out.");
            }
        }
        if (wanted.isEmpty()) {
            return new Choice(List.of(table.any()));
        }
        List<Integer> options = new ArrayList<>();
        for (String type : wanted) {
            options.add(table.add(types.shape(type, schema, pointer)));
        }
        return new Choice(options);
    }

    /** The types that a schema names, else those that its keywords are about; none if it says nothing. */
    private Set<String> types(JsonNode schema, String pointer) {
        Set<String> types = new LinkedHashSet<>();
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            SchemaKeywords.OF_TYPE.forEach((name, own) -> {
                if (own.stream().anyMatch(schema::has) && !name.equals("integer")) {
                    types.add(name);
                }
            });
            return types;
        }
        for (JsonNode one : type.isArray() ? type.values() : List.of(type)) {
            if (SchemaKeywords.OF_TYPE.containsKey(one.asString(""))) {
                types.add(one.stringValue());
            } else {
                fault(
                        child(pointer, "type"),
                        "'type' is one or some of " + String.join(", ", SchemaKeywords.OF_TYPE.keySet()) + ", not "
                                + one + ".");
            }
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        return types;
    }

    Shape refused(String pointer, String detail) {
        fault(pointer, detail);
        return new Choice(List.of(table.any()));
    }

    void fault(String pointer, String detail) {
        if (faults.stream()
                .noneMatch(fault ->
                        fault.pointer().equals(pointer) && fault.detail().equals(detail))) {
            faults.add(new SchemaFault(pointer, detail));
        }
    }

    static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** JSON's own spelling of a name. */
    static String quoted(String name) {
        return JsonNodeFactory.instance.stringNode(name).toString();
    }
}
