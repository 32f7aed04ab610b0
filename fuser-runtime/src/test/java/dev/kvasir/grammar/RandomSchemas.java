package dev.kvasir.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Schemas made up by a seed, each with a maker of texts that fit it as they are forced. */
final class RandomSchemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of("name", "na", "tag", "a", "é", "say \"x\"", "b\\c", "name2");
    private static final List<List<String>> PATTERNS = List.of(
            List.of("^[a-c]{2,4}$", "abc", "cc"),
            List.of("\\d+", "x12", "7"),
            List.of("^(?:ab|c)*$", "ababc", ""),
            List.of("^[^a-z]{1,6}\\.$", "É\\\".", "0."),
            List.of("^\\w+@\\w+\\.[a-z]{2}$", "a_1@b.cd", "Z@0.zz"));

    private final RandomGenerator random;

    RandomSchemas(RandomGenerator random) {
        this.random = random;
    }

    /** A schema, and how to write a value of it. */
    record Sample(JsonNode schema, Supplier<String> text) {}

    Sample any(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 7)) {
            case 0 -> text();
            case 1 -> pattern();
            case 2 -> integer();
            case 3 -> decimal();
            case 4 -> constants();
            case 5 -> new Sample(type("boolean"), () -> random.nextBoolean() ? "true" : "false");
            case 6 -> new Sample(type("null"), () -> "null");
            case 7 -> list(depth);
            case 8 -> tuple(depth);
            case 9 -> choice(depth);
            case 10 -> anything();
            default -> object(depth);
        };
    }

    private static ObjectNode type(String type) {
        return JSON.objectNode().put("type", type);
    }

    private Sample text() {
        int least = random.nextInt(4);
        int most = least + random.nextInt(30);
        ObjectNode schema = type("string").put("minLength", least);
        if (random.nextBoolean()) {
            schema.put("maxLength", most);
        }
        return new Sample(schema, () -> '"' + characters(random.nextInt(least, most + 1)) + '"');
    }

    private String characters(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(pick("a", "Z", " ", "é", "日", "😀", "\\n", "\\\"", "\\\\", "\\u00e9", "\\/", "\u007f", ","));
        }
        return text.toString();
    }

    private Sample pattern() {
        List<String> pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
        return new Sample(
                type("string").put("pattern", pattern.getFirst()),
                () -> '"' + pattern.get(random.nextInt(1, pattern.size())) + '"');
    }

    private Sample integer() {
        int least = random.nextInt(-2000, 2000);
        int most = least + random.nextInt(3000);
        return new Sample(
                type("integer").put("minimum", least).put("maximum", most), () -> "" + random.nextInt(least, most + 1));
    }

    private Sample decimal() {
        if (random.nextBoolean()) {
            return new Sample(type("number"), () -> pick("0", "-12.50", "3e8", "1.25E-3"));
        }
        int least = random.nextInt(-50, 50);
        return new Sample(
                type("number").put("minimum", least).put("exclusiveMaximum", least + 2.5),
                () -> least + 1 == 0 ? "0.25" : "" + (least + 1));
    }

    private Sample constants() {
        List<String> values = List.of("\"a\"", "\"ab\"", "12", "null", "{\"k\":[1]}", "\"\\\"\"", "true");
        List<String> some = values.subList(random.nextInt(3), 4 + random.nextInt(4));
        ArrayNode list = JSON.arrayNode();
        some.forEach(value -> list.add(Language.json(value)));
        return new Sample(JSON.objectNode().set("enum", list), () -> some.get(random.nextInt(some.size())));
    }

    private Sample list(int depth) {
        Sample element = any(depth - 1);
        int least = random.nextInt(3);
        int most = least + random.nextInt(3);
        ObjectNode schema = type("array").put("minItems", least).put("maxItems", most);
        schema.set("items", element.schema());
        return new Sample(schema, () -> {
            List<String> parts = new ArrayList<>();
            for (int i = random.nextInt(least, most + 1); i > 0; i--) {
                parts.add(element.text().get());
            }
            return joined("[", parts, "]");
        });
    }

    private Sample tuple(int depth) {
        List<Sample> elements = List.of(any(depth - 1), any(0), any(0));
        ObjectNode schema = type("array").put("minItems", 2);
        ArrayNode first = schema.putArray("prefixItems");
        elements.forEach(element -> first.add(element.schema()));
        return new Sample(schema, () -> {
            List<String> parts = new ArrayList<>();
            elements.subList(0, random.nextInt(2, 4))
                    .forEach(element -> parts.add(element.text().get()));
            return joined("[", parts, "]");
        });
    }

    private Sample choice(int depth) {
        List<Sample> options = List.of(any(depth - 1), any(depth - 1), any(0));
        ObjectNode schema = JSON.objectNode().put("description", "any of three");
        ArrayNode list = schema.putArray("anyOf");
        options.forEach(option -> list.add(option.schema()));
        return new Sample(schema, () -> options.get(random.nextInt(3)).text().get());
    }

    private Sample anything() {
        return new Sample(type("array").put("maxItems", 3), () -> pick("[]", "[[], {}]", "[1, \"a\", {\"b\":[null]}]"));
    }

    private Sample object(int depth) {
        ObjectNode schema = type("object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        List<String> names = new ArrayList<>();
        List<Sample> values = new ArrayList<>();
        for (String name : NAMES.subList(random.nextInt(3), 3 + random.nextInt(NAMES.size() - 2))) {
            Sample value = any(depth - 1);
            properties.set(name, value.schema());
            names.add(name);
            values.add(value);
            if (random.nextBoolean()) {
                required.add(name);
            }
        }
        Sample more = random.nextInt(3) == 0 ? any(0) : null;
        if (more != null) {
            schema.set("additionalProperties", more.schema());
        }
        return new Sample(schema, () -> {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                boolean isLeftOut = random.nextBoolean();
                if (!isLeftOut || required.values().contains(JSON.stringNode(names.get(i)))) {
                    parts.add(member(names.get(i), values.get(i)));
                }
            }
            if (more != null) {
                parts.add(member("more", more));
                parts.add(member("nameless", more));
            }
            return joined("{", parts, "}");
        });
    }

    private String member(String name, Sample value) {
        return SchemaCompiler.quoted(name) + ":" + blank() + value.text().get();
    }

    private String joined(String open, List<String> parts, String close) {
        StringBuilder text = new StringBuilder(open).append(blank());
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : "," + blank()).append(parts.get(i)).append(blank());
        }
        return text.append(close).toString();
    }

    private String blank() {
        return pick("", "", " ", "\n", "\n    ", "\n\t");
    }

    private String pick(String... options) {
        return options[random.nextInt(options.length)];
    }
}
