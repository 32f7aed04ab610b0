package dev.kvasir.graph;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the nodes that steer a run: routers, joins, votes, maps, humans and subgraphs. */
final class FlowReader {

    private static final int MOST_CASES = 50;
    private static final int MOST_ASSIGNEES = 50;
    private static final int LONGEST_PATTERN = 1024;
    private static final java.util.regex.Pattern PATH =
            java.util.regex.Pattern.compile("(?!(run|loop|this)\\.)[A-Za-z_]\\w{0,127}(\\.\\w{1,128}){1,15}");

    private FlowReader() {}

    static Node.Router router(Fields fields, NodeId id, NodeOptions options) {
        List<Node.Case> cases = new ArrayList<>();
        JsonNode value = fields.take("cases");
        if (value == null) {
            fields.report(Rule.G16, "cases", "Field 'cases' is missing for a router node.");
        } else if (!value.isArray() || value.isEmpty() || value.size() > MOST_CASES) {
            fields.mustBe("cases", "a list of 1 to " + MOST_CASES + " cases", value);
        } else {
            for (int i = 0; i < value.size(); i++) {
                cases.add(oneCase(fields, value.get(i), i));
            }
        }
        String otherwise = otherwise(fields, id);
        twins(fields, cases, otherwise);
        Node.Pick pick = fields.choice("mode", Node.Pick.class, Node.Pick.FIRST);
        return new Node.Router(id, options, cases, otherwise, pick);
    }

    private static String otherwise(Fields fields, NodeId id) {
        if (!fields.has("otherwise")) {
            fields.report(
                    Rule.G33,
                    "otherwise",
                    "Router '" + id + "' has no 'otherwise'. Name the port that is taken when no case holds.");
            return "otherwise";
        }
        String name = fields.required("otherwise");
        port(fields, "otherwise", name);
        return name;
    }

    private static Node.Case oneCase(Fields router, JsonNode value, int index) {
        String pointer = Pointers.child(router.pointer("cases"), index);
        if (!(value instanceof ObjectNode object)) {
            router.problems()
                    .add(Problem.error(
                            Rule.G22,
                            pointer,
                            "A case of " + router.owner() + " must be an object, not " + Fields.shown(value) + "."));
            return new Node.Case("#" + index, "true");
        }
        Fields fields = new Fields(object, pointer, "a case", router.owner(), router.problems());
        String name = fields.required("name");
        port(fields, "name", name);
        String when = fields.required("when");
        fields.refuseOthers();
        return new Node.Case(name, when);
    }

    private static void port(Fields fields, String field, String name) {
        if (!name.isBlank() && !NodeId.isAllowed(name)) {
            fields.report(
                    Rule.G14,
                    field,
                    "Port '" + name + "' of " + fields.owner()
                            + " is not allowed: use a-z, 0-9 and _, a letter first, up to 64.");
        }
    }

    private static void twins(Fields fields, List<Node.Case> cases, String otherwise) {
        Set<String> names = new HashSet<>(Set.of(otherwise));
        for (int i = 0; i < cases.size(); i++) {
            String name = cases.get(i).name();
            if (!names.add(name) && !name.isBlank()) {
                String detail = name.equals(otherwise)
                        ? "A case of " + fields.owner() + " is called '" + name + "', like its 'otherwise'."
                        : "Two cases of " + fields.owner() + " are called '" + name + "'.";
                fields.problems()
                        .add(Problem.error(
                                Rule.G33,
                                Pointers.child(fields.pointer("cases"), i) + "/name",
                                detail + " Give each its own name."));
            }
        }
    }

    static Node.Join join(Fields fields, NodeId id, NodeOptions options) {
        return new Node.Join(id, options, needed(fields), fields.choice("merge", Node.Merge.class, Node.Merge.OBJECT));
    }

    private static int needed(Fields fields) {
        JsonNode wait = fields.take("wait");
        if (wait == null || wait.asString("").equals("ALL")) {
            return 0;
        }
        if (wait.asString("").equals("ANY")) {
            return 1;
        }
        Optional<Fields> first = wait.isObject() ? fields.within("wait", "wait") : Optional.empty();
        if (first.isEmpty() || !first.get().has("first")) {
            fields.mustBe("wait", "\"ALL\", \"ANY\" or {\"first\": n}", wait);
            return 0;
        }
        int needed = (int) first.get().whole("first", 1, 500, 1);
        first.get().refuseOthers();
        return needed;
    }

    static Node.Vote vote(Fields fields, NodeId id, NodeOptions options) {
        Node.Method method = fields.choice("method", Node.Method.class, Node.Method.MAJORITY);
        Map<String, Double> weights = new LinkedHashMap<>();
        fields.within("weights", "weights").ifPresent(given -> {
            for (String name : given.object().propertyNames()) {
                weights.put(name, given.number(name, Range.SCALE, 1));
            }
            if (method == Node.Method.MAJORITY) {
                fields.report(
                        Rule.G22,
                        "weights",
                        "weights of " + fields.owner()
                                + " mean something under method WEIGHTED only. Choose it, or remove them.");
            }
        });
        return new Node.Vote(
                id, options, pattern(fields), method, weights, fields.choice("tie", Node.Tie.class, Node.Tie.FIRST));
    }

    private static @Nullable String pattern(Fields fields) {
        String pattern = fields.text("extract");
        if (pattern == null) {
            return null;
        }
        if (pattern.isEmpty() || pattern.codePointCount(0, pattern.length()) > LONGEST_PATTERN) {
            fields.report(
                    Rule.G22,
                    "extract",
                    "extract of " + fields.owner() + " must be a regular expression of 1 to " + LONGEST_PATTERN
                            + " characters.");
            return null;
        }
        try {
            Pattern.compile(pattern);
            return pattern;
        } catch (PatternSyntaxException fault) {
            fields.report(
                    Rule.G22,
                    "extract",
                    "extract of " + fields.owner() + " is no regular expression (RE2): " + fault.getDescription()
                            + ".");
            return null;
        }
    }

    static Node.Mapping mapping(Fields fields, NodeId id, NodeOptions options) {
        String over = fields.required("over");
        if (!over.isBlank() && !PATH.matcher(over).matches()) {
            fields.report(
                    Rule.G22,
                    "over",
                    "over of " + fields.owner()
                            + " must be a path to a list, such as input.pages or splitter.json.parts.");
            over = "input";
        }
        String as = fields.has("as") ? fields.required("as") : "item";
        port(fields, "as", as);
        return new Node.Mapping(
                id,
                options,
                over,
                as,
                graph(fields),
                (int) fields.whole("maxParallel", 1, 100, 4),
                fields.choice("onItemError", Node.ItemFault.class, Node.ItemFault.FAIL));
    }

    static Node.Human human(Fields fields, NodeId id, NodeOptions options) {
        String prompt = fields.required("prompt");
        JsonNode form = fields.take("form");
        return new Node.Human(id, options, prompt, form, fields.texts("assignees", MOST_ASSIGNEES));
    }

    static Node.Subgraph subgraph(Fields fields, NodeId id, NodeOptions options) {
        GraphRef graph = graph(fields);
        Map<String, String> inputs = new LinkedHashMap<>();
        fields.within("inputs", "inputs").ifPresent(given -> {
            for (String name : given.object().propertyNames()) {
                String template = given.text(name);
                inputs.put(name, template == null ? "" : template);
            }
        });
        return new Node.Subgraph(id, options, graph, inputs);
    }

    private static GraphRef graph(Fields fields) {
        String text = fields.required("graph");
        return GraphRef.parse(text).orElseGet(() -> {
            if (!text.isBlank()) {
                fields.report(
                        Rule.G34,
                        "graph",
                        "graph of " + fields.owner() + " must be name@version, such as coder_writer@3, not '" + text
                                + "'.");
            }
            return new GraphRef("", 0);
        });
    }
}
