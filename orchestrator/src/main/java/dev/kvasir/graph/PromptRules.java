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

/** What templates may name: rules G18, G19, G20 and G31, and what schemas of inputs and forms may be: G35. */
final class PromptRules {

    private static final List<String> FAILURE = List.of("code", "detail");

    private final Outline outline;
    private final Wiring wiring;
    private final Loops loops;
    private final Map<NodeId, Integer> places;
    private final List<Problem> problems;

    PromptRules(Outline outline, Wiring wiring, Loops loops, List<Problem> problems) {
        this.outline = outline;
        this.wiring = wiring;
        this.loops = loops;
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
            case Node.Input input -> schema(spot, "/schema", "Schema of '" + spot.id() + "' ", input.schema());
            case Node.Human human -> {
                if (human.form() != null) {
                    schema(spot, "/form", "Form of '" + spot.id() + "' ", human.form());
                }
            }
            case Node.Agent agent -> {}
            case Node.Tool tool -> {}
            case Node.Router router -> {}
            case Node.Join join -> {}
            case Node.Vote vote -> {}
            case Node.Mapping mapping -> {}
            case Node.Subgraph subgraph -> {}
            case Node.Output output -> {}
        }
        node.templates()
                .forEach(slot ->
                        check(new Place(spot, spot.pointer() + slot.field(), slot.what(), false), slot.source()));
    }

    private void schema(Spot spot, String field, String what, JsonNode schema) {
        InputSchema.schemaFaults(schema)
                .forEach(fault -> problems.add(Problem.error(Rule.G35, spot.pointer() + field, what + fault)
                        .at(spot.id())));
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
            case "loop" -> loop(place, mention);
            case Values.LOCAL -> local(place, mention);
            default -> node(place, mention);
        }
    }

    /** The number of the round, in a loop and nowhere else; a node may be called so, too. */
    private void loop(Place place, Mention mention) {
        boolean isInLoop = !loops.around(place.spot().id()).isEmpty();
        if (places.containsKey(new NodeId("loop"))) {
            node(place, mention);
        } else if (!isInLoop || !mention.path().names().equals(List.of("loop", "iteration"))) {
            String offers = isInLoop ? "" : " Node '" + place.spot().id() + "' is in no loop.";
            add(
                    place,
                    Rule.G18,
                    place.what() + ": '" + mention.path() + "' is not a value." + offers,
                    isInLoop ? "loop.iteration" : null);
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
        if (at == null || node.filter(Node::speaks).isEmpty()) {
            unknown(place, mention, offered);
        } else if (!before(place, at) && !loops.share(sender, place.spot().id())) {
            add(place, Rule.G19, place.what() + " reads '" + sender + "', which does not run before it.", null);
        } else if (!before(place, at) && !mention.isGuarded()) {
            add(
                    place,
                    Rule.G19,
                    place.what() + " reads '" + sender
                            + "', which has said nothing in a loop's first round. Guard it with {{#if " + mention.path()
                            + "}}, or give it a default.",
                    null);
        } else if (!isValue(node.get(), names)) {
            unknown(place, mention, offered);
        } else if (!mention.isGuarded()) {
            carried(place, mention, sender);
        }
    }

    private static boolean isValue(Node node, List<String> names) {
        return switch (names.size() < 2 ? "" : names.get(1)) {
            case "json" -> true;
            case "text" -> names.size() == 2;
            case "error" -> node.options().onError() != NodeOptions.OnError.FAIL && FAILURE.contains(names.getLast());
            default -> false;
        };
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
            Node node = spot.node();
            if (isThere && node != null && node.speaks()) {
                offered.put(spot.id() + ".text", true);
                offered.put(spot.id() + ".json", true);
                if (node.options().onError() != NodeOptions.OnError.FAIL) {
                    FAILURE.forEach(field -> offered.put(spot.id() + ".error." + field, true));
                }
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
