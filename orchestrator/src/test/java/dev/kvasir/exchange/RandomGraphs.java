package dev.kvasir.exchange;

import dev.kvasir.graph.GraphDocument;
import dev.kvasir.graph.GraphValidator;
import dev.kvasir.graph.Overrides;
import dev.kvasir.graph.Published;
import dev.kvasir.graph.Registered;
import dev.kvasir.graph.Validation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes graphs that the rules accept: every kind of node, every field that there is, each now and then, around awkward texts and
 * numbers.
 */
final class RandomGraphs {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final GraphValidator VALIDATOR = new GraphValidator(Registered.pocket());
    private static final List<String> MODELS = List.of("pocket-sharer", "pocket-receiver", "echo", "gpt");

    private final RandomGenerator random;
    private final ObjectNode graph = JSON.objectNode();
    private final ArrayNode nodes = JSON.arrayNode();
    private final ArrayNode edges = JSON.arrayNode();
    private final Map<String, ObjectNode> byId = new LinkedHashMap<>();
    private final Set<String> ends = new LinkedHashSet<>();
    private final boolean isOfAgents;

    private RandomGraphs(RandomGenerator random) {
        this.random = random;
        this.isOfAgents = random.nextInt(3) == 0;
    }

    /** A graph that is accepted; the rules that look at several places at once decide which of the tries that is. */
    static GraphDocument accepted(RandomGenerator random) {
        for (int i = 0; i < 200; i++) {
            GraphDocument document =
                    GraphDocument.parse(new RandomGraphs(random).make().toString());
            if (validate(document).isAccepted()) {
                return document;
            }
        }
        throw new AssertionError("None of 200 graphs was accepted; the generator is wrong.");
    }

    /** What the rules say of a document, among the graphs and models that these graphs name. */
    static Validation validate(GraphDocument document) {
        return VALIDATOR.validate(document, Overrides.NONE, Published.parts().around());
    }

    private ObjectNode make() {
        graph.put("kind", "kvasir/graph").put("schemaVersion", 1).put("name", id("g"));
        add(input());
        int inner = 1 + random.nextInt(5);
        for (int i = 0; i < inner; i++) {
            List<String> senders = senders();
            String id = id("a") + i;
            add(node(id, senders));
            senders.forEach(from -> edge(from, id));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            goBack();
        }
        finish(id("output"));
        graph.set("nodes", nodes);
        graph.set("edges", edges);
        sometimes(graph, "settings", (object, name) -> object.set(name, settings()));
        return graph;
    }

    private void add(ObjectNode node) {
        nodes.add(node);
        byId.put(node.path("id").stringValue(), node);
        ends.add(node.path("id").stringValue());
    }

    private List<String> senders() {
        List<String> open = new ArrayList<>(byId.keySet());
        List<String> senders = new ArrayList<>();
        for (int i = random.nextInt(Math.min(3, open.size())); i >= 0; i--) {
            senders.add(open.remove(random.nextInt(open.size())));
        }
        return senders;
    }

    /** Everything leads to the output that leads nowhere else; failures do by a way of their own. */
    private void finish(String end) {
        List<String> last = List.copyOf(ends);
        ObjectNode output = output(end, last);
        for (String id : last) {
            edge(id, end);
        }
        for (ObjectNode node : List.copyOf(byId.values())) {
            if (node.path("onError").asString("").equals("PORT")) {
                String id = node.path("id").stringValue();
                edges.addObject()
                        .put("id", id + "_failed")
                        .put("from", id)
                        .put("to", end)
                        .put("fromPort", "fail");
            }
        }
        add(output);
    }

    /** Lets an edge lead back where one leads on, or two behind each other do. */
    private void goBack() {
        List<JsonNode> forward = edges.valueStream()
                .filter(edge -> !edge.has("loop"))
                .filter(edge -> !edge.path("from").asString("").equals("input"))
                .toList();
        if (forward.isEmpty()) {
            return;
        }
        JsonNode first = forward.get(random.nextInt(forward.size()));
        JsonNode last = forward.stream()
                .filter(edge -> random.nextBoolean() && edge.path("from").equals(first.path("to")))
                .findFirst()
                .orElse(first);
        String from = last.path("to").stringValue();
        ObjectNode back = edges.addObject()
                .put("id", from + "_back" + edges.size())
                .put("from", from)
                .put("to", first.path("from").stringValue());
        port(back, from);
        sometimes(back, "when", (object, name) -> object.put(name, condition(from, true)));
        back.putObject("loop").set("maxIterations", number("1", "2.0", "100"));
        ObjectNode head = node(back.path("to").stringValue());
        if (head.has("prompt") && head.path("prompt").isObject() && speaks(from)) {
            ((ObjectNode) head.path("prompt")).put("user", "{{#if %s.text}}{{ %s.text }}{{/if}}".formatted(from, from));
        }
    }

    private ObjectNode node(String id) {
        return Objects.requireNonNull(byId.get(id));
    }

    private boolean speaks(String id) {
        return !List.of("input", "router", "output")
                .contains(node(id).path("kind").stringValue());
    }

    private ObjectNode node(String id, List<String> senders) {
        String kind = isOfAgents
                ? "agent"
                : pick("agent", "agent", "agent", "router", "join", "vote", "map", "human", "subgraph", "tool");
        ObjectNode node = options(JSON.objectNode().put("id", id).put("kind", kind));
        return switch (kind) {
            case "agent" -> agent(node);
            case "router" -> router(node, senders);
            case "join" -> join(node, senders);
            case "vote" -> vote(node, senders);
            case "map" -> map(node, senders);
            case "human" -> human(node);
            case "tool" -> tool(node);
            default -> subgraph(node);
        };
    }

    private ObjectNode router(ObjectNode router, List<String> senders) {
        ArrayNode cases = router.putArray("cases");
        for (int i = random.nextInt(3); i >= 0; i--) {
            cases.addObject().put("name", id("c") + i).put("when", condition(senders.getFirst(), false));
        }
        router.put("otherwise", pick("otherwise", "no", "out"));
        sometimes(router, "mode", (object, name) -> object.put(name, pick("FIRST", "ALL")));
        return router;
    }

    private ObjectNode join(ObjectNode join, List<String> senders) {
        sometimes(join, "wait", (object, name) -> {
            if (random.nextBoolean()) {
                object.put(name, pick("ALL", "ANY"));
            } else {
                object.putObject(name).put("first", 1 + random.nextInt(senders.size()));
            }
        });
        sometimes(join, "merge", (object, name) -> object.put(name, pick("OBJECT", "LIST", "CONCAT")));
        return join;
    }

    private ObjectNode vote(ObjectNode vote, List<String> senders) {
        sometimes(vote, "extract", (object, name) -> object.put(name, pick("(?i)\\b(yes|no)\\b", "^.*$", "é|\\d+")));
        sometimes(vote, "tie", (object, name) -> object.put(name, pick("FIRST", "FAIL")));
        sometimes(vote, "weights", (object, name) -> {
            ObjectNode weights = object.put("method", "WEIGHTED").putObject(name);
            senders.forEach(sender -> weights.set(sender, number("0", "0.50", "10")));
        });
        return vote;
    }

    private ObjectNode map(ObjectNode map, List<String> senders) {
        String sender = senders.getFirst();
        map.put("over", speaks(sender) ? sender + ".json" + pick("", ".parts", ".0.a_b") : "input.pages");
        if (random.nextBoolean()) {
            map.put("graph", "part@2").put("as", "question");
        } else {
            map.put("graph", "part@1");
            sometimes(map, "as", (object, name) -> object.put(name, id("x")));
        }
        sometimes(map, "maxParallel", (object, name) -> object.set(name, number("1", "4.0", "100")));
        sometimes(map, "onItemError", (object, name) -> object.put(name, pick("FAIL", "SKIP", "NULL")));
        return map;
    }

    private ObjectNode human(ObjectNode human) {
        human.put("prompt", "x" + RandomText.plain(random));
        sometimes(human, "assignees", (object, name) -> object.putArray(name).add(RandomText.any(random)));
        sometimes(human, "form", (object, name) -> {
            ObjectNode form = object.putObject(name).put("type", "object");
            form.putObject("properties").putObject("grade").put("title", RandomText.any(random));
            form.putArray("required").add("grade").add("note");
        });
        return human;
    }

    private ObjectNode subgraph(ObjectNode subgraph) {
        subgraph.put("graph", pick("part@1", "part@2"));
        subgraph.putObject("inputs").put("question", RandomText.plain(random));
        return subgraph;
    }

    /** A condition that may be asked when a node has ended. */
    private String condition(String sender, boolean isInALoop) {
        List<String> conditions = new ArrayList<>(List.of(
                "true",
                "run.seed % 2 == 0 || run.attempts < 2",
                "has(input.question) && input.question != '\"#: {'",
                "[1, 2].exists(x, x > 1)"));
        if (speaks(sender)) {
            conditions.add("has(%s.text) && %s.text.matches('^[a-z]+$')".formatted(sender, sender));
            conditions.add("%s.json.list.all(one, one.score >= 0.5)".formatted(sender));
            if (List.of("SKIP", "PORT").contains(node(sender).path("onError").asString(""))) {
                conditions.add("has(%s.error) && %s.error.code == 'TIMEOUT'".formatted(sender, sender));
            }
        }
        if (isInALoop) {
            conditions.add("loop.iteration < 3");
        }
        return pick(conditions.toArray(String[]::new));
    }

    private ObjectNode input() {
        ObjectNode input = options(JSON.objectNode().put("id", "input").put("kind", "input"));
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ObjectNode question = schema.putObject("properties").putObject("question");
        question.put("type", "string").put("description", RandomText.any(random));
        schema.withObject("/properties").putObject("pages").put("type", "array");
        sometimes(schema.withObject("/properties"), RandomText.any(random), (object, name) -> object.putObject(name));
        sometimes(
                schema,
                "required",
                (object, name) -> object.putArray(name).add("question").add("other"));
        sometimes(schema, "default", (object, name) -> object.putNull(name));
        sometimes(input, "schema", (object, name) -> object.set(name, schema));
        return input;
    }

    private ObjectNode agent(ObjectNode agent) {
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
        sometimes(agent, "history", (object, name) -> {
            object.put(name, pick("{{ input.question }}", "{{input.question}}"));
            prompt.remove(pick("user", "system"));
        });
        return agent;
    }

    private void tools(ArrayNode tools) {
        for (String name : List.of("builtin:calculator", "mcp:files/read")) {
            if (random.nextInt(4) == 0) {
                tools.add(name);
            }
        }
    }

    private ObjectNode tool(ObjectNode tool) {
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
        sometimes(generation, "responseFormat", (object, name) -> object.set(name, responseFormat()));
        sometimes(generation, "logprobs", (object, name) -> object.put(name, 0));
        sometimes(generation, "profile", (object, name) -> object.put(name, pick("exact", "fast")));
        sometimes(generation, "thinking", (object, name) -> object.put(name, random.nextBoolean()));
        return generation;
    }

    private JsonNode responseFormat() {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("tag").putArray("enum").add("bug").add(RandomText.any(random));
        properties.putObject("count").put("type", "integer").put("minimum", random.nextInt(9));
        properties.putObject("note").put("type", "string").put("pattern", "^[a-z]{1,9}$");
        return switch (random.nextInt(3)) {
            case 0 -> JSON.stringNode("TEXT");
            case 1 -> JSON.stringNode("JSON");
            default -> schema;
        };
    }

    private ObjectNode output(String id, List<String> last) {
        ObjectNode output = options(JSON.objectNode().put("id", id).put("kind", "output"));
        ObjectNode outputs = output.putObject("outputs");
        outputs.put(
                "answer",
                (speaks(last.getFirst()) ? "{{ " + last.getFirst() + ".text }}" : "") + RandomText.plain(random));
        sometimes(outputs, RandomText.any(random), (object, name) -> object.put(name, RandomText.plain(random)));
        return output;
    }

    private ObjectNode options(ObjectNode node) {
        sometimes(node, "title", (object, name) -> object.put(name, RandomText.any(random)));
        sometimes(node, "note", (object, name) -> object.put(name, RandomText.any(random)));
        sometimes(node, "timeoutMs", (object, name) -> object.set(name, number("1", "604800000")));
        boolean canLead = List.of("agent", "vote", "map", "subgraph")
                .contains(node.path("kind").stringValue());
        sometimes(
                node,
                "onError",
                (object, name) -> object.put(name, canLead ? pick("FAIL", "SKIP", "PORT") : pick("FAIL", "SKIP")));
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

    private void edge(String from, String to) {
        ends.remove(from);
        ObjectNode edge =
                edges.addObject().put("id", from + "_" + to).put("from", from).put("to", to);
        port(edge, from);
        sometimes(edge, "when", (object, name) -> object.put(name, condition(from, false)));
        boolean isBetweenAgents = isAgent(from) && isAgent(to);
        String mode = isBetweenAgents
                        && !edge.has("when")
                        && !edge.path("fromPort").asString("out").equals("fail")
                ? pick("TEXT", "C2C", "TEXT_C2C", "HANDOVER", "CACHE_PREFIX", "AUTO")
                : pick("TEXT", "TEXT", isBetweenAgents ? "AUTO" : "TEXT");
        if (!mode.equals("TEXT") || random.nextBoolean()) {
            edge.set("link", link(mode));
        }
    }

    private boolean isAgent(String id) {
        return byId.containsKey(id) && node(id).path("kind").asString("").equals("agent");
    }

    /** One of the sender's ports, other than that of its failures. */
    private void port(ObjectNode edge, String from) {
        JsonNode sender = node(from);
        switch (sender.path("kind").stringValue()) {
            case "router" -> {
                String one = sender.path("cases").get(0).path("name").stringValue();
                edge.put("fromPort", pick(one, sender.path("otherwise").stringValue()));
            }
            case "human" -> edge.put("fromPort", pick("approve", "reject", "expired"));
            default -> sometimes(edge, "fromPort", (object, name) -> object.put(name, "out"));
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
