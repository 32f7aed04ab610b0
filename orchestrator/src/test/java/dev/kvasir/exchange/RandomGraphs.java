package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.Registered;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes graphs that the rules accept: every field that there is, each now and then, around awkward texts and numbers. */
final class RandomGraphs {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final GraphValidator VALIDATOR = new GraphValidator(Registered.pocket());
    private static final List<String> MODELS = List.of("pocket-sharer", "pocket-receiver", "echo", "gpt");

    private final RandomGenerator random;
    private final ObjectNode graph = JSON.objectNode();
    private final ArrayNode nodes = JSON.arrayNode();
    private final ArrayNode edges = JSON.arrayNode();

    private RandomGraphs(RandomGenerator random) {
        this.random = random;
    }

    /** A graph that is accepted; the rules that look at several places at once decide which of the tries that is. */
    static GraphDocument accepted(RandomGenerator random) {
        for (int i = 0; i < 200; i++) {
            GraphDocument document =
                    GraphDocument.parse(new RandomGraphs(random).make().toString());
            if (VALIDATOR.validate(document).isAccepted()) {
                return document;
            }
        }
        throw new AssertionError("None of 200 graphs was accepted; the generator is wrong.");
    }

    private ObjectNode make() {
        graph.put("kind", "kvasir/graph").put("schemaVersion", 1).put("name", id("g"));
        List<String> before = new ArrayList<>(List.of("input"));
        List<String> ends = new ArrayList<>();
        nodes.add(input());
        int agents = 1 + random.nextInt(5);
        for (int i = 0; i < agents; i++) {
            String agent = id("a") + i;
            nodes.add(i > 0 && random.nextInt(5) == 0 ? tool(agent) : agent(agent));
            connect(before, ends, agent);
            before.add(agent);
            ends.add(agent);
        }
        String end = id("output");
        nodes.add(output(end, ends));
        ends.forEach(last -> edge(last, end, false));
        graph.set("nodes", nodes);
        graph.set("edges", edges);
        sometimes(graph, "settings", (object, name) -> object.set(name, settings()));
        return graph;
    }

    private void connect(List<String> before, List<String> ends, String to) {
        List<String> open = new ArrayList<>(before);
        int count = 1 + random.nextInt(Math.min(3, open.size()));
        for (int i = 0; i < count; i++) {
            String from = open.remove(random.nextInt(open.size()));
            ends.remove(from);
            edge(from, to, !from.equals("input"));
        }
    }

    private ObjectNode input() {
        ObjectNode input = options(JSON.objectNode().put("id", "input").put("kind", "input"));
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ObjectNode question = schema.putObject("properties").putObject("question");
        question.put("type", "string").put("description", RandomText.any(random));
        sometimes(schema.withObject("/properties"), RandomText.any(random), (object, name) -> object.putObject(name));
        sometimes(
                schema,
                "required",
                (object, name) -> object.putArray(name).add("question").add("other"));
        sometimes(schema, "default", (object, name) -> object.putNull(name));
        sometimes(input, "schema", (object, name) -> object.set(name, schema));
        return input;
    }

    private ObjectNode agent(String id) {
        ObjectNode agent = options(JSON.objectNode().put("id", id).put("kind", "agent"));
        agent.put("model", MODELS.get(random.nextInt(MODELS.size())));
        ObjectNode prompt = agent.putObject("prompt").put("user", "x" + RandomText.plain(random));
        sometimes(prompt, "system", (object, name) -> object.put(name, RandomText.plain(random)));
        sometimes(agent, "generation", (object, name) -> object.set(name, generation()));
        sometimes(
                agent,
                "fusion",
                (object, name) -> object.putObject(name)
                        .put("sharers", pick("SEQUENTIAL", "PARALLEL"))
                        .put("sections", pick("MESSAGES", "ALL")));
        sometimes(agent, "pool", (object, name) -> object.put(name, "default"));
        sometimes(agent, "tools", (object, name) -> tools(object.putArray(name)));
        sometimes(agent, "maxToolRounds", (object, name) -> object.set(name, number("1", "8", "50", "8.0")));
        sometimes(agent, "memory", (object, name) -> object.put(name, "NONE"));
        return agent;
    }

    private void tools(ArrayNode tools) {
        for (String name : List.of("builtin:calculator", "mcp:files/read")) {
            if (random.nextInt(4) == 0) {
                tools.add(name);
            }
        }
    }

    private ObjectNode tool(String id) {
        ObjectNode tool = options(JSON.objectNode().put("id", id).put("kind", "tool"));
        tool.put("tool", "builtin:calculator");
        tool.putObject("arguments").put("expression", RandomText.plain(random));
        sometimes(tool, "approval", (object, name) -> object.put(name, "NEVER"));
        return tool;
    }

    private ObjectNode generation() {
        ObjectNode generation = JSON.objectNode();
        sometimes(
                generation,
                "maxTokens",
                (object, name) -> object.set(name, number("1", "64", "8192", "6.4E+1", "64.0")));
        sometimes(
                generation, "temperature", (object, name) -> object.set(name, number("0", "0.0", "0.7", "2", "1E-7")));
        sometimes(generation, "topP", (object, name) -> object.set(name, number("1", "0.95", "1E-3")));
        sometimes(generation, "topK", (object, name) -> object.set(name, number("0", "1000")));
        sometimes(generation, "minP", (object, name) -> object.set(name, number("0", "0.999")));
        sometimes(generation, "repetitionPenalty", (object, name) -> object.set(name, number("2", "1.10")));
        sometimes(
                generation,
                "stop",
                (object, name) ->
                        object.putArray(name).add(RandomText.any(random)).add(RandomText.any(random)));
        sometimes(generation, "seed", (object, name) -> object.set(name, number("0", "9007199254740991")));
        sometimes(generation, "responseFormat", (object, name) -> object.put(name, "TEXT"));
        sometimes(generation, "logprobs", (object, name) -> object.put(name, 0));
        sometimes(generation, "profile", (object, name) -> object.put(name, pick("exact", "fast")));
        sometimes(generation, "thinking", (object, name) -> object.put(name, random.nextBoolean()));
        return generation;
    }

    private ObjectNode output(String id, List<String> ends) {
        ObjectNode output = options(JSON.objectNode().put("id", id).put("kind", "output"));
        ObjectNode outputs = output.putObject("outputs");
        outputs.put("answer", "{{ " + ends.getFirst() + ".text }}" + RandomText.plain(random));
        sometimes(outputs, RandomText.any(random), (object, name) -> object.put(name, RandomText.plain(random)));
        return output;
    }

    private ObjectNode options(ObjectNode node) {
        sometimes(node, "title", (object, name) -> object.put(name, RandomText.any(random)));
        sometimes(node, "note", (object, name) -> object.put(name, RandomText.any(random)));
        sometimes(node, "timeoutMs", (object, name) -> object.set(name, number("1", "604800000")));
        sometimes(node, "onError", (object, name) -> object.put(name, "FAIL"));
        sometimes(node, "retry", (object, name) -> {
            ObjectNode retry = object.putObject(name);
            sometimes(retry, "maxAttempts", (one, field) -> one.put(field, 10));
            sometimes(retry, "backoffMs", (one, field) -> one.put(field, 0));
            sometimes(retry, "factor", (one, field) -> one.set(field, number("1", "1.5", "10")));
        });
        return node;
    }

    private ObjectNode settings() {
        ObjectNode settings = JSON.objectNode();
        sometimes(settings, "timeoutMs", (object, name) -> object.put(name, 1));
        sometimes(settings, "maxSteps", (object, name) -> object.put(name, 100_000));
        sometimes(settings, "maxTokens", (object, name) -> object.put(name, 1_000_000_000));
        sometimes(settings, "profile", (object, name) -> object.put(name, pick("exact", "fast")));
        sometimes(settings, "exposeAsTool", (object, name) -> object.put(name, random.nextBoolean()));
        return settings;
    }

    private void edge(String from, String to, boolean isBetweenAgents) {
        ObjectNode edge =
                edges.addObject().put("id", from + "_" + to).put("from", from).put("to", to);
        sometimes(edge, "fromPort", (object, name) -> object.put(name, "out"));
        String mode = isBetweenAgents ? pick("TEXT", "C2C", "TEXT_C2C", "HANDOVER", "CACHE_PREFIX", "AUTO") : "TEXT";
        if (!mode.equals("TEXT") || random.nextBoolean()) {
            edge.set("link", link(mode));
        }
    }

    private ObjectNode link(String mode) {
        ObjectNode link = JSON.objectNode().put("mode", mode);
        switch (mode) {
            case "TEXT" -> template(link);
            case "C2C" -> fused(link);
            case "TEXT_C2C" -> fused(template(link));
            case "HANDOVER" -> fallback(link);
            case "CACHE_PREFIX" -> {
                String either = pick("layers", "layerShare");
                sometimes(
                        link,
                        either,
                        (object, name) -> object.set(name, name.equals("layers") ? layers() : number("0.5", "1")));
                wire(link);
                fallback(link);
            }
            default -> sometimes(link, "prefer", (object, name) -> object.put(name, pick("QUALITY", "SPEED")));
        }
        return link;
    }

    private ObjectNode template(ObjectNode link) {
        sometimes(link, "template", (object, name) -> object.put(name, RandomText.plain(random)));
        return link;
    }

    private void fused(ObjectNode link) {
        sometimes(link, "fuser", (object, name) -> object.put(name, pick("auto", "pocket")));
        sometimes(
                link,
                "layers",
                (object, name) -> object.set(name, random.nextBoolean() ? layers() : JSON.stringNode("all")));
        if (!link.path("layers").isArray()) {
            sometimes(link, "layerShare", (object, name) -> object.set(name, number("0", "0.5", "1")));
        }
        sometimes(link, "share", (object, name) -> object.set(name, number("0", "0.25", "1.0")));
        sometimes(link, "order", (object, name) -> object.put(name, pick("BACK", "FRONT")));
        sometimes(link, "gate", (object, name) -> object.put(name, pick("TRAINED", "OPEN", "CLOSED")));
        sometimes(link, "weightScale", (object, name) -> object.set(name, number("0", "10")));
        sometimes(link, "rank", (object, name) -> object.put(name, random.nextInt(1001)));
        wire(link);
        fallback(link);
    }

    private void wire(ObjectNode link) {
        sometimes(link, "wire", (object, name) -> {
            ObjectNode wire = object.putObject(name);
            sometimes(wire, "codec", (one, field) -> one.put(field, pick("F32", "INT8", "INT4")));
            sometimes(wire, "layers", (one, field) -> one.set(field, layers()));
            sometimes(wire, "noise", (one, field) -> one.set(field, number("0", "0.50", "10")));
            sometimes(wire, "inversionRisk", (one, field) -> one.put(field, random.nextBoolean()));
        });
    }

    private void fallback(ObjectNode link) {
        ObjectNode fallback = link.putObject("fallback");
        sometimes(
                fallback,
                "on",
                (object, name) -> object.putArray(name)
                        .add("NO_FUSER")
                        .add("REMOTE_MODEL")
                        .add("FUSER_MISMATCH")
                        .add("OUT_OF_MEMORY"));
        sometimes(fallback, "to", (object, name) -> object.put(name, random.nextInt(4) == 0 ? "FAIL" : "TEXT"));
    }

    private JsonNode layers() {
        ArrayNode layers = JSON.arrayNode();
        random.ints(0, 24).limit(random.nextInt(4)).distinct().forEach(layers::add);
        return layers;
    }

    private JsonNode number(String... written) {
        return JSON.numberNode(new BigDecimal(pick(written)));
    }

    private String pick(String... options) {
        return options[random.nextInt(options.length)];
    }

    private String id(String front) {
        return front + pick("", "_", "0", "_end", "_yes");
    }

    private void sometimes(ObjectNode object, String name, BiConsumer<ObjectNode, String> set) {
        if (random.nextInt(3) == 0) {
            set.accept(object, name);
        }
    }
}
