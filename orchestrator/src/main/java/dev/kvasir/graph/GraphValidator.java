package dev.kvasir.graph;

import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Holds documents against every rule and tells all problems together.
 *
 * <p>Takes time linear in the document's size for the rules of shape, and no recursion. Safe for several threads when its
 * registry is.
 */
public final class GraphValidator {

    private final Registry registry;

    public GraphValidator(Registry registry) {
        this.registry = registry;
    }

    public Validation validate(GraphDocument document) {
        return validate(document, Overrides.NONE);
    }

    /** Validates a document as a run would change it; problems of overrides point into the run's request. */
    public Validation validate(GraphDocument document, Overrides overrides) {
        return validate(document, overrides, Surroundings.NONE);
    }

    /** The same, as whoever it belongs to would run it. */
    public Validation validate(GraphDocument document, Overrides overrides, Surroundings around) {
        Overriding overriding = new Overriding();
        GraphDocument laid = overriding.lay(overrides, document);
        List<Problem> found = new ArrayList<>();
        numbers(laid.root(), found);
        Outline outline = new GraphReader(found).read(laid.root());
        if (found.stream().noneMatch(problem -> problem.rule() == Rule.G15)) {
            ShapeRules shape = new ShapeRules(outline, found);
            shape.check();
            FormatRules formats = new FormatRules(outline, found);
            formats.check();
            Earlier earlier = shape.earlier();
            new PromptRules(outline, earlier, formats, found).check();
            new ConditionRules(outline, earlier, found).check();
            new FlowRules(outline, shape.loops(), found).check();
            new ReferenceRules(outline, around, found).check();
            new LinkRules(outline, registry, around.opaque(), found).check();
            new HopRules(outline, registry, found).check();
            new LocalRules(outline, found).check();
            new ToolRules(outline, registry, found).check();
        }
        List<Problem> problems = overriding.led(found);
        if (problems.stream().anyMatch(Problem::isError)) {
            return new Validation(null, null, problems);
        }
        Graph graph = outline.graph();
        Plan plan = overridden(new Planner(graph, registry, around).plan(), document, overrides);
        problems.addAll(LinkRules.memory(graph, plan, registry));
        problems.addAll(HopRules.mixed(graph, plan));
        problems.addAll(FlowRules.between(graph, plan));
        if (problems.stream().anyMatch(Problem::isError)) {
            return new Validation(null, null, problems);
        }
        return new Validation(graph, plan, problems);
    }

    /** Says beside each overridden edge what the version asked for. */
    private static Plan overridden(Plan plan, GraphDocument document, Overrides overrides) {
        Map<String, Link.Mode> asked = new HashMap<>();
        for (JsonNode edge : document.root().path("edges")) {
            String mode = edge.path("link").path("mode").asString("TEXT");
            asked.put(edge.path("id").asString(""), Link.Mode.valueOf(mode));
        }
        List<LinkPlan> links = plan.links().stream()
                .map(link -> overrides.edges().containsKey(link.edge().value())
                        ? link.overriding(asked.getOrDefault(link.edge().value(), Link.Mode.TEXT))
                        : link)
                .toList();
        return new Plan(links, plan.islands());
    }

    private record Place(JsonNode value, String pointer) {}

    /** Rule G41, over the whole document. */
    private static void numbers(JsonNode root, List<Problem> problems) {
        Deque<Place> open = new ArrayDeque<>(List.of(new Place(root, "")));
        while (!open.isEmpty()) {
            Place place = open.remove();
            JsonNode value = place.value();
            if (value.isNumber() && Fields.isReportedElsewhere(value)) {
                problems.add(Problem.error(
                        Rule.G41, place.pointer(), "Number " + Fields.numeral(value) + " is beyond 2⁵³."));
            }
            if (value.isObject()) {
                value.properties()
                        .forEach(field ->
                                open.add(new Place(field.getValue(), Pointers.child(place.pointer(), field.getKey()))));
            }
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                open.add(new Place(value.get(i), Pointers.child(place.pointer(), i)));
            }
        }
    }
}
