package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Template.Mention;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What templates may name: rules G18, G19, G20 and G31, and what an input schema may be: G35. */
final class PromptRules {

    private final Outline outline;
    private final Wiring wiring;
    private final Map<NodeId, Integer> places;
    private final List<Problem> problems;

    PromptRules(Outline outline, Wiring wiring, List<Problem> problems) {
        this.outline = outline;
        this.wiring = wiring;
        this.places = outline.places();
        this.problems = problems;
    }

    void check() {
        for (Spot spot : outline.spots()) {
            if (spot.node() != null) {
                check(spot, spot.node());
            }
        }
        for (Line line : outline.lines()) {
            String template = Composition.template(line.edge().link());
            Spot sender = outline.spot(line.edge().from()).orElse(null);
            if (template != null && sender != null) {
                Place place = new Place(
                        sender,
                        line.pointer("link/template"),
                        "Template of edge '" + line.edge().id() + "'",
                        true);
                check(place, template);
            }
        }
    }

    /**
     * Where a template stands.
     *
     * @param isAfter whether the node's own text is there already
     */
    private record Place(Spot spot, String pointer, String what, boolean isAfter) {}

    private void check(Spot spot, Node node) {
        switch (node) {
            case Node.Input input ->
                InputSchema.schemaFaults(input.schema())
                        .forEach(fault -> problems.add(Problem.error(
                                        Rule.G35, spot.pointer() + "/schema", "Schema of '" + spot.id() + "' " + fault)
                                .at(spot.id())));
            case Node.Agent agent -> {
                prompt(spot, "/prompt/system", agent.prompt().system());
                prompt(spot, "/prompt/user", agent.prompt().user());
            }
            case Node.Output output ->
                output.outputs()
                        .forEach((name, template) -> check(
                                new Place(
                                        spot,
                                        Pointers.child(spot.pointer() + "/outputs", name),
                                        "Output '" + name + "' of '" + spot.id() + "'",
                                        false),
                                template));
        }
    }

    private void prompt(Spot spot, String field, @Nullable String template) {
        if (template != null) {
            check(new Place(spot, spot.pointer() + field, "Prompt of '" + spot.id() + "'", false), template);
        }
    }

    private void check(Place place, String template) {
        try {
            Template.parse(template).mentions().forEach(mention -> mention(place, mention));
        } catch (TemplateSyntaxException e) {
            add(place, Rule.G20, place.what() + ", line " + e.line() + ": " + e.getMessage(), null);
        }
    }

    private void mention(Place place, Mention mention) {
        List<String> names = mention.path().names();
        switch (mention.path().head()) {
            case "input" -> input(place, mention);
            case "run" -> {
                if (!names.equals(List.of("run", "seed"))) {
                    unknown(place, mention, List.of("run.seed"));
                }
            }
            case Values.LOCAL -> local(place, mention);
            default -> node(place, mention);
        }
    }

    /** An agent's local documents, in its own prompts and nowhere else; a node may be called so, too, where there are none. */
    private void local(Place place, Mention mention) {
        Map<String, String> local = place.spot().node() instanceof Node.Agent agent && !place.isAfter()
                ? agent.site().local()
                : Map.of();
        if (local.isEmpty()) {
            node(place, mention);
            return;
        }
        List<String> offered =
                local.keySet().stream().map(name -> Values.LOCAL + "." + name).toList();
        if (!offered.contains(mention.path().toString())) {
            add(
                    place,
                    Rule.G18,
                    place.what() + ": '" + mention.path() + "' is not a value. Its local documents are: "
                            + String.join(", ", offered) + ".",
                    Spelling.nearest(mention.path().toString(), offered).orElse(null));
        }
    }

    private void input(Place place, Mention mention) {
        JsonNode schema = outline.spots().stream()
                .map(Spot::node)
                .filter(Node.Input.class::isInstance)
                .map(node -> ((Node.Input) node).schema())
                .findFirst()
                .orElse(null);
        List<String> names = mention.path().names();
        if (schema == null || names.size() < 2 || !schema.path("properties").isObject()) {
            return;
        }
        JsonNode properties = schema.path("properties");
        if (!properties.has(names.get(1))
                && !schema.path("additionalProperties").asBoolean(false)) {
            List<String> offered = properties.propertyNames().stream()
                    .map(name -> "input." + name)
                    .toList();
            String meant = Spelling.nearest(mention.path().toString(), offered).orElse(null);
            add(
                    place,
                    Rule.G18,
                    place.what() + ": '" + mention.path() + "' is not a value. The input offers: "
                            + (offered.isEmpty() ? "nothing" : String.join(", ", offered)) + ".",
                    meant);
        }
    }

    private void node(Place place, Mention mention) {
        NodeId sender = new NodeId(mention.path().head());
        Integer at = places.get(sender);
        List<String> offered = offered(place);
        List<String> names = mention.path().names();
        Optional<Node> node = at == null
                ? Optional.empty()
                : Optional.ofNullable(outline.spots().get(at).node());
        if (at == null || node.filter(Node.Agent.class::isInstance).isEmpty()) {
            unknown(place, mention, offered);
        } else if (!before(place, at)) {
            add(place, Rule.G19, place.what() + " reads '" + sender + "', which does not run before it.", null);
        } else if (names.size() < 2 || !isValue(names)) {
            unknown(place, mention, offered);
        } else if (!mention.isGuarded()) {
            carried(place, mention, sender);
        }
    }

    private static boolean isValue(List<String> names) {
        return names.get(1).equals("json") || (names.get(1).equals("text") && names.size() == 2);
    }

    private boolean before(Place place, int sender) {
        if (sender == place.spot().index()) {
            return place.isAfter();
        }
        return wiring.to(place.spot().index()).get(sender);
    }

    private List<String> offered(Place place) {
        BitSet before = wiring.to(place.spot().index());
        Map<String, Boolean> offered = new LinkedHashMap<>();
        for (Spot spot : outline.spots()) {
            boolean isThere = spot.index() == place.spot().index() ? place.isAfter() : before.get(spot.index());
            if (isThere && spot.node() instanceof Node.Agent) {
                offered.put(spot.id() + ".text", true);
                offered.put(spot.id() + ".json", true);
            }
        }
        return new ArrayList<>(offered.keySet());
    }

    private void unknown(Place place, Mention mention, List<String> offered) {
        String offers = offered.isEmpty() ? "nothing" : String.join(", ", offered);
        add(
                place,
                Rule.G18,
                place.what() + ": '" + mention.path() + "' is not a value. Nodes before '"
                        + place.spot().id() + "' offer: " + offers + ".",
                Spelling.nearest(mention.path().toString(), offered).orElse(null));
    }

    private void carried(Place place, Mention mention, NodeId sender) {
        for (Line line : outline.lines()) {
            Edge edge = line.edge();
            boolean isBetween =
                    edge.from().equals(sender) && edge.to().equals(place.spot().id());
            Link.Mode mode = edge.link().mode();
            if (isBetween && mode.isCache() && !mode.isText()) {
                add(
                        place,
                        Rule.G31,
                        "Node '" + place.spot().id() + "' quotes " + mention.path() + ", but edge '" + edge.id()
                                + "' carries only a cache. Use TEXT_C2C, or guard it with {{#if}}.",
                        null);
            }
        }
    }

    private void add(Place place, Rule rule, String detail, @Nullable String hint) {
        problems.add(Problem.error(rule, place.pointer(), detail)
                .at(place.spot().id())
                .hinting(hint));
    }
}
