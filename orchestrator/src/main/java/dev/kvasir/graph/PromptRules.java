package dev.kvasir.graph;

import dev.kvasir.grammar.JsonGrammar;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import dev.kvasir.graph.Template.Mention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What templates may name: rules G18, G19, G20 and G31, and what schemas of inputs and forms may be: G35. */
final class PromptRules {

    private static final List<String> FAILURE = List.of("code", "detail");

    /** Nobody reads more, and a document can hold a hundred thousand of them. */
    private static final int MOST_TOLD = 1000;

    private static final int MOST_OFFERED = 30;

    private final Outline outline;
    private final Earlier earlier;
    private final FormatRules formats;
    private final Map<NodeId, Integer> places;
    private final Map<Between, EdgeId> silent = new HashMap<>();
    private final @Nullable List<String> inputs;
    private final List<Problem> problems;

    PromptRules(Outline outline, Earlier earlier, FormatRules formats, List<Problem> problems) {
        this.outline = outline;
        this.earlier = earlier;
        this.formats = formats;
        this.places = outline.places();
        this.inputs = outline.inputs();
        this.problems = problems;
        for (Line line : outline.lines()) {
            Link.Mode mode = line.edge().link().mode();
            if (mode.isCache() && !mode.isText()) {
                Edge edge = line.edge();
                silent.putIfAbsent(new Between(edge.from(), edge.to()), edge.id());
            }
        }
    }

    private record Between(NodeId from, NodeId to) {}

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
            Template.parse(template).mentions().stream()
                    .distinct()
                    .takeWhile(mention -> problems.size() < MOST_TOLD)
                    .forEach(mention -> mention(place, mention));
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

    /** The number of the round, in a loop and nowhere else. */
    private void loop(Place place, Mention mention) {
        boolean isInLoop = earlier.isInALoop(place.spot().index());
        if (!isInLoop || !mention.path().names().equals(List.of("loop", "iteration"))) {
            String offers = isInLoop
                    ? " A loop offers: loop.iteration."
                    : " Node '" + place.spot().id() + "' is in no loop.";
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
        List<String> names = mention.path().names();
        List<String> known = inputs;
        if (names.size() > 1 && known != null && !known.contains(names.get(1))) {
            List<String> offered = known.stream().map(name -> "input." + name).toList();
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
        Node node = at == null ? null : outline.spots().get(at).node();
        if (at == null || node == null || !node.speaks()) {
            unknown(place, mention, offered(place));
        } else if (!before(place, at) && !earlier.isInALoopWith(place.spot().index(), at)) {
            add(place, Rule.G19, place.what() + " reads '" + sender + "', which does not run before it.", null);
        } else if (!before(place, at) && !mention.isGuarded()) {
            firstRound(place, mention);
        } else if (!isValue(node, mention.path().names())) {
            unknown(place, mention, offered(place));
        } else if (!isInJson(sender, mention.path().names())) {
            unknown(place, mention, offeredByJson(sender, mention.path().names()));
        } else if (!mention.isGuarded()) {
            carried(place, mention, sender);
        }
    }

    private void firstRound(Place place, Mention mention) {
        String cure = place.spot().node() instanceof Node.Mapping
                ? "The list has to be there."
                : "Guard it with {{#if " + mention.path() + "}}, or give it a default.";
        add(
                place,
                Rule.G19,
                place.what() + " reads '" + mention.path().head()
                        + "', which has said nothing in a loop's first round. " + cure,
                null);
    }

    /** Whether a value may be there, as far as the sender's schema tells. */
    private boolean isInJson(NodeId sender, List<String> names) {
        return !names.get(1).equals("json")
                || formats.grammar(sender)
                        .map(grammar -> grammar.mayHold(names.subList(2, names.size())))
                        .orElse(true);
    }

    /** What the schema has where the path leaves it. */
    private List<String> offeredByJson(NodeId sender, List<String> names) {
        JsonGrammar grammar = formats.grammar(sender).orElseThrow();
        int known = names.size();
        while (!grammar.mayHold(names.subList(2, known))) {
            known--;
        }
        String before = String.join(".", names.subList(0, known));
        List<String> offered = grammar.names(names.subList(2, known)).stream()
                .map(name -> before + "." + name)
                .toList();
        return offered.isEmpty() ? List.of(before) : offered;
    }

    private static boolean isValue(Node node, List<String> names) {
        return switch (names.size() < 2 ? "" : names.get(1)) {
            case "json" -> true;
            case "text" -> names.size() == 2;
            case "error" ->
                node.options().onError() != NodeOptions.OnError.FAIL
                        && (names.size() == 2 || (names.size() == 3 && FAILURE.contains(names.get(2))));
            default -> false;
        };
    }

    private boolean before(Place place, int sender) {
        if (sender == place.spot().index()) {
            return place.isAfter();
        }
        return earlier.leadsTo(place.spot().index(), sender);
    }

    private List<String> offered(Place place) {
        List<String> offered = new ArrayList<>();
        for (Spot spot : outline.spots()) {
            Node node = spot.node();
            if (node != null && node.speaks() && before(place, spot.index())) {
                offered.add(spot.id() + ".text");
                offered.add(spot.id() + ".json");
                if (node.options().onError() != NodeOptions.OnError.FAIL) {
                    FAILURE.forEach(field -> offered.add(spot.id() + ".error." + field));
                }
            }
        }
        return offered;
    }

    private void unknown(Place place, Mention mention, List<String> offered) {
        String offers = offered.isEmpty()
                ? "nothing"
                : String.join(", ", offered.subList(0, Math.min(MOST_OFFERED, offered.size())));
        add(
                place,
                Rule.G18,
                place.what() + ": '" + mention.path() + "' is not a value. Nodes before '"
                        + place.spot().id() + "' offer: " + offers + (offered.size() > MOST_OFFERED ? ", …." : "."),
                Spelling.nearest(mention.path().toString(), offered).orElse(null));
    }

    private void carried(Place place, Mention mention, NodeId sender) {
        EdgeId edge = silent.get(new Between(sender, place.spot().id()));
        if (edge != null) {
            add(
                    place,
                    Rule.G31,
                    "Node '" + place.spot().id() + "' quotes " + mention.path() + ", but edge '" + edge
                            + "' carries only a cache. Use TEXT_C2C, or guard it with {{#if}}.",
                    null);
        }
    }

    private void add(Place place, Rule rule, String detail, @Nullable String hint) {
        problems.add(Problem.error(rule, place.pointer(), detail)
                .at(place.spot().id())
                .hinting(hint));
    }
}
