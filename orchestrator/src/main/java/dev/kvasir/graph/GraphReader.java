package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads a document field by field and tells every field that is unknown, missing or out of range (G14 to G16, G22). */
final class GraphReader {

    private static final int MAX_NODES = 500;
    private static final int MAX_EDGES = 2000;
    private static final int MAX_TOOLS = 32;
    private static final int MAX_TOOL_ROUNDS = 50;
    private static final long MAX_TIMEOUT_MS = 604_800_000;
    private static final Pattern HISTORY = Pattern.compile("\\{\\{ *input(\\.\\w{1,128}){1,15} *}}");
    private final List<Problem> problems;
    private final LinkReader links;

    GraphReader(List<Problem> problems) {
        this.problems = problems;
        this.links = new LinkReader();
    }

    Outline read(JsonNode root) {
        if (!(root instanceof ObjectNode object)) {
            problems.add(Problem.error(Rule.G16, "", "A graph is a JSON object, not " + Fields.shown(root) + "."));
            return new Outline("", List.of(), List.of(), Settings.DEFAULT);
        }
        Fields fields = new Fields(object, "", "a graph", "the graph", problems);
        header(fields);
        String name = fields.required("name");
        if (!name.isBlank() && !NodeId.isAllowed(name)) {
            fields.report(
                    Rule.G14,
                    "name",
                    "Graph name '" + shortened(name)
                            + "' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.");
        }
        List<JsonNode> nodes = elements(fields, "nodes", MAX_NODES);
        List<JsonNode> edges = elements(fields, "edges", MAX_EDGES);
        Settings settings = settings(fields);
        fields.refuseOthers();
        return new Outline(name, spots(nodes), lines(edges), settings);
    }

    private static void header(Fields fields) {
        String kind = fields.required("kind");
        if (!kind.isBlank() && !kind.equals("kvasir/graph")) {
            fields.report(
                    Rule.G22, "kind", "kind of the graph must be \"kvasir/graph\", not \"" + shortened(kind) + "\".");
        }
        if (!fields.has("schemaVersion")) {
            fields.report(Rule.G16, "schemaVersion", "Field 'schemaVersion' is missing for a graph.");
        }
        fields.whole("schemaVersion", 1, 1, 1);
    }

    private static List<JsonNode> elements(Fields fields, String name, int limit) {
        JsonNode value = fields.take(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            fields.mustBe(name, "a list", value);
            return List.of();
        }
        if (value.size() > limit) {
            fields.report(
                    Rule.G15, name, "The graph has " + value.size() + " " + name + "; the limit is " + limit + ".");
            return List.of();
        }
        return List.copyOf(value.values());
    }

    private static Settings settings(Fields graph) {
        Settings defaults = Settings.DEFAULT;
        Fields fields = graph.within("settings", "settings").orElse(null);
        if (fields == null) {
            return defaults;
        }
        Settings settings = new Settings(
                Duration.ofMillis(fields.whole(
                        "timeoutMs", 1, MAX_TIMEOUT_MS, defaults.timeout().toMillis())),
                (int) fields.whole("maxSteps", 1, 100_000, defaults.maxSteps()),
                (int) fields.whole("maxTokens", 1, 1_000_000_000, defaults.maxTokens()),
                fields.choice("profile", Profile.class, defaults.profile()),
                fields.flag("exposeAsTool"));
        fields.refuseOthers();
        return settings;
    }

    private List<Spot> spots(List<JsonNode> nodes) {
        List<Spot> spots = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof ObjectNode object) {
                spots.add(spot(object, i));
            } else {
                problems.add(Problem.error(
                        Rule.G22, "/nodes/" + i, "A node must be an object, not " + Fields.shown(nodes.get(i)) + "."));
                spots.add(new Spot(i, new NodeId("#" + i), "", null));
            }
        }
        return spots;
    }

    private Spot spot(ObjectNode object, int index) {
        int before = problems.size();
        String pointer = "/nodes/" + index;
        String kind = object.path("kind").asString("");
        String value = object.path("id").asString("");
        NodeId id = new NodeId(value.isEmpty() ? "#" + index : value);
        Fields fields = new Fields(object, pointer, kindWords(kind), "'" + shortened(id.value()) + "'", problems);
        checkId(fields, "Node");
        Node node = node(fields, id, kind);
        if (node != null) {
            checkName(fields, node);
            fields.refuseOthers();
        }
        for (int i = before; i < problems.size(); i++) {
            problems.set(i, problems.get(i).at(id));
        }
        return new Spot(index, id, kind, node);
    }

    private static void checkName(Fields fields, Node node) {
        if (node.speaks() && node.id().isTaken()) {
            fields.report(
                    Rule.G14,
                    "id",
                    "Node id '" + node.id() + "' is not allowed for "
                            + node.kind().withArticle()
                            + ": templates and conditions mean something else by it. Call it otherwise.");
        }
    }

    private static String kindWords(String kind) {
        for (Node.Kind known : Node.Kind.values()) {
            if (known.json().equals(kind)) {
                return known.withArticle() + " node";
            }
        }
        return "a node";
    }

    private static void checkId(Fields fields, String what) {
        String id = fields.required("id");
        if (!id.isBlank() && !NodeId.isAllowed(id)) {
            fields.report(
                    Rule.G14,
                    "id",
                    what + " id '" + shortened(id) + "' is not allowed: use a-z, 0-9 and _, a letter first, up to 64.");
        }
    }

    private static @Nullable Node node(Fields fields, NodeId id, String kind) {
        fields.required("kind");
        return switch (kind) {
            case "input" -> new Node.Input(id, options(fields), schema(fields));
            case "agent" -> agent(fields, id);
            case "tool" -> tool(fields, id);
            case "router" -> FlowReader.router(fields, id, options(fields));
            case "join" -> FlowReader.join(fields, id, options(fields));
            case "vote" -> FlowReader.vote(fields, id, options(fields));
            case "map" -> FlowReader.mapping(fields, id, options(fields));
            case "human" -> FlowReader.human(fields, id, options(fields));
            case "subgraph" -> FlowReader.subgraph(fields, id, options(fields));
            case "output" -> new Node.Output(id, options(fields), outputs(fields));
            default -> unknown(fields, id, kind);
        };
    }

    private static @Nullable Node unknown(Fields fields, NodeId id, String kind) {
        if (!kind.isBlank()) {
            List<String> kinds =
                    Arrays.stream(Node.Kind.values()).map(Node.Kind::json).toList();
            String detail = "Kind '" + shortened(kind) + "' of node '" + shortened(id.value()) + "' is unknown. Use "
                    + String.join(", ", kinds) + ".";
            fields.problems()
                    .add(Problem.error(Rule.G16, fields.pointer("kind"), detail)
                            .hinting(Spelling.nearest(kind, kinds).orElse(null)));
        }
        return null;
    }

    private static NodeOptions options(Fields fields) {
        NodeOptions.Retry retry =
                fields.within("retry", "retry").map(GraphReader::retry).orElse(NodeOptions.Retry.DEFAULT);
        long timeout = fields.whole("timeoutMs", 1, MAX_TIMEOUT_MS, 0);
        return new NodeOptions(
                fields.text("title"),
                fields.text("note"),
                retry,
                timeout == 0 ? null : Duration.ofMillis(timeout),
                fields.choice("onError", NodeOptions.OnError.class, NodeOptions.OnError.FAIL));
    }

    private static NodeOptions.Retry retry(Fields fields) {
        NodeOptions.Retry defaults = NodeOptions.Retry.DEFAULT;
        NodeOptions.Retry retry = new NodeOptions.Retry(
                (int) fields.whole("maxAttempts", 1, 10, defaults.maxAttempts()),
                Duration.ofMillis(fields.whole(
                        "backoffMs", 0, 3_600_000, defaults.backoff().toMillis())),
                fields.number("factor", Range.FACTOR, defaults.factor()));
        fields.refuseOthers();
        return retry;
    }

    private static JsonNode schema(Fields fields) {
        JsonNode schema = fields.take("schema");
        return schema == null ? JsonNodeFactory.instance.objectNode().put("type", "object") : schema;
    }

    private static Node.Agent agent(Fields fields, NodeId id) {
        String model = fields.required("model");
        Node.Prompt prompt = prompt(fields);
        Generation generation = fields.within("generation", "generation")
                .map(GraphReader::generation)
                .orElse(Generation.DEFAULT);
        fields.notYet("memory", "\"NONE\"");
        Node.Takeover takeover =
                fields.within("fusion", "fusion").map(GraphReader::takeover).orElse(Node.Takeover.DEFAULT);
        Node.Tools tools = new Node.Tools(fields.texts("tools", MAX_TOOLS), (int)
                fields.whole("maxToolRounds", 1, MAX_TOOL_ROUNDS, Node.Tools.NONE.maxRounds()));
        return new Node.Agent(id, options(fields), model, prompt, generation, takeover, SiteReader.read(fields), tools);
    }

    private static Node.Tool tool(Fields fields, NodeId id) {
        Map<String, String> arguments = new LinkedHashMap<>();
        fields.within("arguments", "arguments").ifPresent(given -> {
            for (String name : given.object().propertyNames()) {
                String template = given.text(name);
                arguments.put(name, template == null ? "" : template);
            }
        });
        return new Node.Tool(
                id,
                options(fields),
                fields.required("tool"),
                arguments,
                fields.choice("approval", Node.Approval.class, Node.Approval.NEVER));
    }

    private static Node.Takeover takeover(Fields fields) {
        Node.Takeover defaults = Node.Takeover.DEFAULT;
        Node.Takeover takeover = new Node.Takeover(
                fields.choice("sharers", Node.Together.class, defaults.sharers()),
                fields.choice("sections", Node.Sections.class, defaults.sections()));
        fields.refuseOthers();
        return takeover;
    }

    private static Node.Prompt prompt(Fields agent) {
        String history = history(agent);
        boolean needsUser = !agent.has("history");
        Fields fields = agent.within("prompt", "a prompt").orElse(null);
        if (fields == null) {
            if (!agent.has("prompt") && needsUser) {
                agent.report(Rule.G16, "prompt", "Field 'prompt' is missing for an agent node.");
            }
            return new Node.Prompt(null, "", history);
        }
        String system = fields.text("system");
        String user = needsUser || fields.has("user") ? fields.required("user") : "";
        fields.refuseOthers();
        return new Node.Prompt(system, user, history);
    }

    private static @Nullable String history(Fields agent) {
        String history = agent.text("history");
        if (history != null && !HISTORY.matcher(history).matches()) {
            agent.report(
                    Rule.G22,
                    "history",
                    "history of " + agent.owner()
                            + " must be one value of the input, such as \"{{ input.messages }}\", not \""
                            + shortened(history) + "\".");
            return null;
        }
        return history;
    }

    private static Generation generation(Fields fields) {
        Generation defaults = Generation.DEFAULT;
        fields.notYet("logprobs", "0");
        Generation generation = new Generation(
                (int) fields.whole("maxTokens", 1, 8192, defaults.maxTokens()),
                fields.number("temperature", Range.TEMPERATURE, defaults.temperature()),
                fields.number("topP", Range.PART, defaults.topP()),
                (int) fields.whole("topK", 0, 1000, defaults.topK()),
                fields.number("minP", Range.BELOW_ONE, defaults.minP()),
                fields.number("repetitionPenalty", Range.PENALTY, defaults.repetitionPenalty()),
                fields.texts("stop", 16),
                fields.has("seed") ? fields.whole("seed", 0, (1L << 53) - 1, 0) : null,
                fields.has("profile") ? fields.choice("profile", Profile.class, Profile.EXACT) : null,
                fields.flag("thinking"),
                FormatRules.read(fields));
        fields.refuseOthers();
        return generation;
    }

    private static Map<String, String> outputs(Fields node) {
        node.notYet("schema");
        Map<String, String> outputs = new LinkedHashMap<>();
        node.within("outputs", "outputs").ifPresent(fields -> {
            for (String name : fields.object().propertyNames()) {
                String template = fields.text(name);
                outputs.put(name, template == null ? "" : template);
            }
        });
        if (outputs.isEmpty() && !node.object().path("outputs").isValueNode()) {
            node.report(
                    Rule.G16, "outputs", "Field 'outputs' is missing for an output node. Name at least one output.");
        }
        return outputs;
    }

    private List<Line> lines(List<JsonNode> edges) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            if (edges.get(i) instanceof ObjectNode object) {
                lines.add(line(object, i));
            } else {
                problems.add(Problem.error(
                        Rule.G22, "/edges/" + i, "An edge must be an object, not " + Fields.shown(edges.get(i)) + "."));
            }
        }
        return lines;
    }

    private Line line(ObjectNode object, int index) {
        int before = problems.size();
        String value = object.path("id").asString("");
        EdgeId id = new EdgeId(value.isEmpty() ? "#" + index : value);
        Fields fields =
                new Fields(object, "/edges/" + index, "an edge", "edge '" + shortened(id.value()) + "'", problems);
        checkId(fields, "Edge");
        String port = fields.text("fromPort");
        Edge edge = new Edge(
                id,
                new NodeId(fields.required("from")),
                new NodeId(fields.required("to")),
                port == null ? Edge.OUT : port,
                fields.has("when") ? fields.required("when") : null,
                fields.within("loop", "a loop").map(GraphReader::iterations).orElse(null),
                links.read(fields));
        fields.refuseOthers();
        for (int i = before; i < problems.size(); i++) {
            problems.set(i, problems.get(i).at(id));
        }
        return new Line(index, edge);
    }

    /** The limit as sent, if it is a whole number at all; rule G09 judges it. */
    private static Integer iterations(Fields fields) {
        if (!fields.has("maxIterations")) {
            fields.report(Rule.G16, "maxIterations", "Field 'maxIterations' is missing for a loop.");
        }
        long limit = fields.whole("maxIterations", Long.MIN_VALUE, Long.MAX_VALUE, 1);
        fields.refuseOthers();
        return Math.clamp(limit, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
