package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What may be called, and by whom: rules G36, G47 and G48. */
final class ToolRules {

    private static final int MOST_TOLD = 20;

    private final Outline outline;
    private final Registry registry;
    private final List<Problem> problems;

    ToolRules(Outline outline, Registry registry, List<Problem> problems) {
        this.outline = outline;
        this.registry = registry;
        this.problems = problems;
    }

    void check() {
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent
                    && !agent.tools().names().isEmpty()) {
                agent(spot, agent);
            } else if (spot.node() instanceof Node.Tool tool && !tool.tool().isBlank()) {
                tool(spot, tool);
            }
        }
    }

    private void agent(Spot spot, Node.Agent agent) {
        List<String> names = agent.tools().names();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String pointer = spot.pointer() + "/tools/" + i;
            known(spot, pointer, names.get(i));
            if (!seen.add(names.get(i))) {
                add(
                        spot,
                        Rule.G36,
                        pointer,
                        "Tool '" + names.get(i) + "' of '" + spot.id() + "' is named twice. Keep one.");
            }
        }
        if (!agent.site().local().isEmpty()) {
            add(
                    spot,
                    Rule.G47,
                    spot.pointer() + "/tools",
                    "Agent '" + spot.id()
                            + "' reads local documents and may call tools, and its calls would tell them. Remove one of both.");
        }
        for (Line line : outline.lines()) {
            Link.Mode mode = line.edge().link().mode();
            if (line.edge().to().equals(spot.id()) && mode != Link.Mode.TEXT) {
                problems.add(Problem.error(
                                Rule.G47,
                                line.pointer("link/mode"),
                                "Agent '" + spot.id() + "' calls tools, but edge '"
                                        + line.edge().id() + "' is " + mode
                                        + ". An agent that takes over a cache calls no tools. Use TEXT, or let another agent"
                                        + " call them.")
                        .at(line.edge().id()));
            }
        }
    }

    private void tool(Spot spot, Node.Tool tool) {
        known(spot, spot.pointer() + "/tool", tool.tool()).ifPresent(schema -> arguments(spot, tool, schema));
        if (tool.approval() == Node.Approval.ALWAYS) {
            add(
                    spot,
                    Rule.G48,
                    spot.pointer() + "/approval",
                    "Tool '" + spot.id()
                            + "' asks for approval, which is not available yet in this version. Put a human node before it.");
        }
    }

    /** The schema of its arguments, if it is known. */
    private Optional<JsonNode> known(Spot spot, String pointer, String name) {
        Optional<JsonNode> schema = registry.tool(name);
        if (schema.isEmpty()) {
            List<String> names = registry.toolNames();
            String offered = names.isEmpty()
                    ? "nothing"
                    : String.join(", ", names.subList(0, Math.min(MOST_TOLD, names.size())));
            problems.add(Problem.error(
                            Rule.G36,
                            pointer,
                            "Tool '" + shortened(name) + "' is not offered by any registered server. Offered: "
                                    + offered + (names.size() > MOST_TOLD ? ", …" : "") + ".")
                    .at(spot.id())
                    .hinting(Spelling.nearest(name, names).orElse(null)));
        }
        return schema;
    }

    private void arguments(Spot spot, Node.Tool tool, JsonNode schema) {
        for (JsonNode required : schema.path("required")) {
            if (!tool.arguments().containsKey(required.asString(""))) {
                add(
                        spot,
                        Rule.G36,
                        spot.pointer() + "/arguments",
                        "Tool '" + spot.id() + "' gives no '" + required.asString("") + "', which " + tool.tool()
                                + " requires.");
            }
        }
        boolean isClosed = schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").booleanValue();
        for (String name : tool.arguments().keySet()) {
            if (isClosed && !schema.path("properties").has(name)) {
                add(
                        spot,
                        Rule.G36,
                        Pointers.child(spot.pointer() + "/arguments", name),
                        "Tool '" + spot.id() + "' gives '" + shortened(name) + "', which " + tool.tool()
                                + " does not take.");
            }
        }
    }

    private void add(Spot spot, Rule rule, String pointer, String detail) {
        problems.add(Problem.error(rule, pointer, detail).at(spot.id()));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
