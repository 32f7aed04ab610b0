package dev.kvasir.graph;

import dev.kvasir.grammar.JsonGrammar;
import dev.kvasir.grammar.SchemaEffort;
import dev.kvasir.grammar.SchemaFault;
import dev.kvasir.grammar.SchemaRefusedException;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What agents' replies may be held to: rule G45, and what is not quite as it looks: G46. */
final class FormatRules {

    private static final String FIELD = "responseFormat";

    private final Outline outline;
    private final List<Problem> problems;
    private final Map<NodeId, JsonGrammar> grammars = new HashMap<>();
    private final SchemaEffort effort = new SchemaEffort();

    FormatRules(Outline outline, List<Problem> problems) {
        this.outline = outline;
        this.problems = problems;
    }

    /** Reads what a generation asks of its reply. */
    static ResponseFormat read(Fields generation) {
        JsonNode value = generation.take(FIELD);
        if (value == null) {
            return new ResponseFormat.Text();
        }
        if (value instanceof ObjectNode schema) {
            return new ResponseFormat.Schema(schema);
        }
        return switch (value.asString("")) {
            case "TEXT" -> new ResponseFormat.Text();
            case "JSON" -> new ResponseFormat.Json();
            default -> {
                generation.mustBe(FIELD, "TEXT, JSON or a JSON Schema", value);
                yield new ResponseFormat.Text();
            }
        };
    }

    void check() {
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent) {
                check(spot, agent.generation());
            }
        }
    }

    /** What an agent's JSON may hold; empty if it is asked for none, or for one that cannot be. */
    Optional<JsonGrammar> grammar(NodeId agent) {
        return Optional.ofNullable(grammars.get(agent));
    }

    private void check(Spot spot, Generation generation) {
        switch (generation.responseFormat()) {
            case ResponseFormat.Text text -> {
                return;
            }
            case ResponseFormat.Json json -> {}
            case ResponseFormat.Schema(JsonNode schema) -> schema(spot, schema);
        }
        if (!generation.stop().isEmpty()) {
            warn(
                    spot,
                    "/stop",
                    "stop of '" + spot.id()
                            + "' may cut its JSON short, and that fails. Leave it out: the reply ends with its value.");
        }
        if (generation.thinking()) {
            warn(
                    spot,
                    "/thinking",
                    "thinking of '" + spot.id()
                            + "' has no effect on a local model, whose reply begins with its JSON.");
        }
    }

    private void schema(Spot spot, JsonNode schema) {
        try {
            JsonGrammar grammar = JsonGrammar.of(schema, effort);
            grammars.put(spot.id(), grammar);
            grammar.remarks().forEach(remark -> warn(spot, "/" + FIELD + remark.pointer(), sentence(spot, remark)));
        } catch (SchemaRefusedException refused) {
            refused.faults()
                    .forEach(fault -> problems.add(Problem.error(
                                    Rule.G45,
                                    spot.pointer() + "/generation/" + FIELD + fault.pointer(),
                                    sentence(spot, fault))
                            .at(spot.id())));
        }
    }

    private static String sentence(Spot spot, SchemaFault fault) {
        return "Response format of '" + spot.id() + "': " + fault.detail();
    }

    private void warn(Spot spot, String field, String detail) {
        problems.add(Problem.warning(Rule.G46, spot.pointer() + "/generation" + field, detail)
                .at(spot.id()));
    }
}
