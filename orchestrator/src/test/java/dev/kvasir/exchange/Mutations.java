package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes a document in one place, to better or worse. */
final class Mutations {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> WORDS = List.of(
            "kind",
            "mode",
            "link",
            "layers",
            "model",
            "modle",
            "pool",
            "when",
            "loop",
            "router",
            "a",
            "input",
            "TEXT",
            "C2C",
            "A b",
            "cases",
            "name",
            "otherwise",
            "join",
            "wait",
            "first",
            "ANY",
            "weights",
            "map",
            "over",
            "input.pages",
            "human",
            "form",
            "graph",
            "part@1",
            "part@9",
            "inputs",
            "fromPort",
            "fail",
            "onError",
            "PORT",
            "true",
            "loop.iteration > 0",
            "maxIterations");

    private final RandomGenerator random;

    Mutations(RandomGenerator random) {
        this.random = random;
    }

    GraphDocument of(GraphDocument document) {
        JsonNode root = document.root().deepCopy();
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode chosen = containers.get(random.nextInt(containers.size()));
        switch (chosen) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> array(array);
            default -> throw new IllegalStateException("Not a container");
        }
        return GraphDocument.parse(root.toString());
    }

    private static void collect(JsonNode value, List<JsonNode> containers) {
        if (value.isContainer()) {
            containers.add(value);
            value.forEach(child -> collect(child, containers));
        }
    }

    private void object(ObjectNode object) {
        List<String> names = new ArrayList<>(object.propertyNames());
        String name = names.isEmpty() || random.nextInt(4) == 0 ? word() : names.get(random.nextInt(names.size()));
        switch (random.nextInt(4)) {
            case 0 -> object.remove(name);
            case 1 -> {
                JsonNode value = object.remove(name);
                object.set(word(), value == null ? value() : value);
            }
            default -> object.set(name, value());
        }
    }

    private void array(ArrayNode array) {
        int at = array.isEmpty() ? 0 : random.nextInt(array.size());
        switch (random.nextInt(array.isEmpty() ? 1 : 5)) {
            case 0 -> array.add(value());
            case 1 -> array.remove(at);
            case 2 -> array.add(array.get(at).deepCopy());
            case 3 -> array.insert(0, array.remove(at));
            default -> array.set(at, value());
        }
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private JsonNode value() {
        return switch (random.nextInt(10)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt(-2, 12));
            case 3 -> JSON.numberNode(new BigDecimal("0.5"));
            case 4 -> JSON.numberNode(9007199254740993L);
            case 5 -> JSON.stringNode(word());
            case 6 -> JSON.stringNode(RandomText.any(random));
            case 7 -> JSON.arrayNode().add(word());
            case 8 -> JSON.objectNode().put(word(), word());
            default -> JSON.objectNode();
        };
    }
}
