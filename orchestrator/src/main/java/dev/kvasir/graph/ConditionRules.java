package dev.kvasir.graph;

import dev.kvasir.condition.Condition;
import dev.kvasir.condition.ConditionSyntaxException;
import dev.kvasir.condition.Names;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What conditions ask: rule G21, and how many there may be (G15). */
final class ConditionRules {

    private static final int MOST = 500;

    private final Outline outline;
    private final Earlier earlier;
    private final Map<NodeId, Integer> places;
    private final Map<Integer, Names> names = new HashMap<>();
    private final @Nullable List<String> inputs;
    private final List<Problem> problems;

    ConditionRules(Outline outline, Earlier earlier, List<Problem> problems) {
        this.outline = outline;
        this.earlier = earlier;
        this.places = outline.places();
        this.inputs = outline.inputs();
        this.problems = problems;
    }

    /**
     * A condition of the document.
     *
     * @param at where it is asked: when the node there has ended
     * @param what as sentences call it
     */
    record Asked(
            Spot at,
            String pointer,
            String what,
            String source,
            @Nullable EdgeId edge) {}

    void check() {
        List<Asked> all = all(outline);
        if (all.size() > MOST) {
            problems.add(Problem.error(
                    Rule.G15, "", "The graph has " + all.size() + " conditions; the limit is " + MOST + "."));
            return;
        }
        all.forEach(this::check);
    }

    /** Every condition that stands where a node is, but for empty ones, which were told when they were read. */
    static List<Asked> all(Outline outline) {
        List<Asked> all = new ArrayList<>();
        for (Spot spot : outline.spots()) {
            if (spot.node() != null) {
                spot.node()
                        .conditions()
                        .forEach(slot -> all.add(
                                new Asked(spot, spot.pointer() + slot.field(), slot.what(), slot.source(), null)));
            }
        }
        Map<NodeId, Integer> places = outline.places();
        for (Line line : outline.lines()) {
            Edge edge = line.edge();
            Integer from = places.get(edge.from());
            if (edge.when() != null && from != null) {
                String what = "Condition of edge '" + edge.id() + "'";
                all.add(new Asked(outline.spots().get(from), line.pointer("when"), what, edge.when(), edge.id()));
            }
        }
        return all.stream().filter(asked -> !asked.source().isBlank()).toList();
    }

    private void check(Asked asked) {
        Names known = names.computeIfAbsent(asked.at().index(), this::names);
        try {
            for (List<String> path : Condition.parse(asked.source(), known).paths()) {
                value(asked, path);
            }
        } catch (ConditionSyntaxException fault) {
            add(asked, fault.getMessage() + ". It must be true or false.");
        }
    }

    private Names names(int place) {
        return new Names(earlier.speakers(place).stream()
                .filter(spot -> !spot.id().isTaken())
                .map(spot -> spot.id().value())
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** What has the right type may still never be there. */
    private void value(Asked asked, List<String> path) {
        switch (path.getFirst()) {
            case "loop" -> {
                if (!earlier.isInALoop(asked.at().index())) {
                    never(asked, path, "node '" + asked.at().id() + "' is in no loop");
                }
            }
            case "input" -> input(asked, path);
            default -> failure(asked, path);
        }
    }

    private void input(Asked asked, List<String> path) {
        List<String> offered = inputs;
        if (path.size() > 1 && offered != null && !offered.contains(path.get(1))) {
            never(asked, path, "the input offers " + (offered.isEmpty() ? "nothing" : String.join(", ", offered)));
        }
    }

    private void failure(Asked asked, List<String> path) {
        if (path.size() < 2 || !path.get(1).equals("error")) {
            return;
        }
        Optional.ofNullable(places.get(new NodeId(path.getFirst())))
                .map(place -> outline.spots().get(place).node())
                .filter(node -> node.options().onError() == NodeOptions.OnError.FAIL)
                .ifPresent(node -> never(
                        asked,
                        path,
                        "a run ends where '" + node.id() + "' fails, unless its \"onError\" is SKIP or PORT"));
    }

    private void never(Asked asked, List<String> path, String why) {
        add(asked, "'" + String.join(".", path) + "' is never there: " + why + ".");
    }

    private void add(Asked asked, String detail) {
        Problem problem = Problem.error(Rule.G21, asked.pointer(), asked.what() + ": " + detail);
        problems.add(asked.edge() == null ? problem.at(asked.at().id()) : problem.at(asked.edge()));
    }
}
