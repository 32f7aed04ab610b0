package dev.kvasir.graph;

import dev.kvasir.condition.Condition;
import dev.kvasir.condition.ConditionSyntaxException;
import dev.kvasir.condition.Names;
import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An agent that reads local documents hands on nothing that tells them outright: rule G44. Its reply would, so nothing asks for it,
 * no template and no condition; layer 0 of its cache would, being the tokens under another name.
 */
final class LocalRules {

    private final Outline outline;
    private final Map<String, Spot> readers = new HashMap<>();
    private final List<Problem> problems;

    LocalRules(Outline outline, List<Problem> problems) {
        this.outline = outline;
        this.problems = problems;
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent && !agent.site().local().isEmpty()) {
                readers.put(spot.id().value(), spot);
            }
        }
    }

    void check() {
        if (readers.isEmpty()) {
            return;
        }
        readers.values().forEach(this::reader);
        for (Spot spot : outline.spots()) {
            if (spot.node() != null) {
                spot.node()
                        .templates()
                        .forEach(slot -> quotes(spot.pointer() + slot.field(), slot.what(), slot.source()));
            }
        }
        for (Line line : outline.lines()) {
            String template = Composition.template(line.edge().link());
            if (template != null) {
                quotes(
                        line.pointer("link/template"),
                        "Template of edge '" + line.edge().id() + "'",
                        template);
            }
        }
        Names all = new Names(outline.spots().stream()
                .filter(spot -> spot.node() != null
                        && spot.node().speaks()
                        && !spot.id().isTaken())
                .map(spot -> spot.id().value())
                .collect(Collectors.toUnmodifiableSet()));
        ConditionRules.all(outline).forEach(asked -> asks(asked, all));
    }

    private void reader(Spot spot) {
        List<Line> out = outline.lines().stream()
                .filter(line -> line.edge().from().equals(spot.id()))
                .toList();
        if (out.stream().noneMatch(line -> line.edge().link() instanceof Link.CachePrefix)) {
            add(
                    spot,
                    spot.pointer() + "/local",
                    "Agent '" + spot.id()
                            + "' reads local documents and would answer, and its reply would tell them. Let it hand its"
                            + " cache on by a CACHE_PREFIX edge.");
        }
        out.forEach(line -> edge(spot, line));
        if (outline.spot(new NodeId(Values.LOCAL)).isPresent()) {
            add(
                    spot,
                    spot.pointer() + "/local",
                    "Agent '" + spot.id() + "' reads local documents as local.*, but a node is called 'local', too."
                            + " Call that node otherwise.");
        }
    }

    private void edge(Spot spot, Line line) {
        String edge = "Edge '" + line.edge().id() + "' leaves '" + spot.id() + "', which reads local documents";
        if (!(line.edge().link() instanceof Link.CachePrefix prefix)) {
            boolean isToAgent = outline.spot(line.edge().to())
                    .filter(to -> to.is(Node.Kind.AGENT))
                    .isPresent();
            add(
                    spot,
                    line.pointer("link/mode"),
                    isToAgent
                            ? edge + ". Make it CACHE_PREFIX, not "
                                    + line.edge().link().mode() + "."
                            : edge + ", to '" + line.edge().to()
                                    + "', which takes no caches. Let it lead to an agent by CACHE_PREFIX.");
            return;
        }
        if (prefix.fallback().to() == Fallback.Target.TEXT) {
            add(
                    spot,
                    line.pointer("link/fallback"),
                    edge + ". Its text must not cross, so remove the fallback to TEXT.");
        }
        if (!prefix.wire().isPolicy()) {
            add(spot, line.pointer("link"), edge + ". Give it a wire policy: \"wire\" with noise, layers or a codec.");
        }
        if (lets(prefix.layers()) && lets(prefix.wire().layers())) {
            add(
                    spot,
                    line.pointer("link"),
                    edge
                            + ". Layer 0 is the text under another name: name layers without it, in the link or its wire.");
        }
    }

    private static boolean lets(@Nullable List<Integer> layers) {
        return layers == null || layers.contains(0);
    }

    private void quotes(String pointer, String what, String template) {
        Set<String> heads = new HashSet<>();
        try {
            Template.parse(template)
                    .mentions()
                    .forEach(mention -> heads.add(mention.path().head()));
        } catch (TemplateSyntaxException told) {
            return; // by rule G20
        }
        tells(heads, pointer, what + " quotes");
    }

    private void asks(ConditionRules.Asked asked, Names all) {
        if (readers.keySet().stream().noneMatch(asked.source()::contains)) {
            return;
        }
        Set<String> heads;
        try {
            heads = Condition.parse(asked.source(), all).heads();
        } catch (ConditionSyntaxException told) {
            return; // by rule G21
        }
        tells(heads, asked.pointer(), asked.what() + " asks");
    }

    private void tells(Set<String> heads, String pointer, String what) {
        for (String head : heads) {
            Spot reader = readers.get(head);
            if (reader != null) {
                add(
                        reader,
                        pointer,
                        what + " what '" + reader.id()
                                + "' writes, and that would tell the local documents it reads. Leave it out.");
            }
        }
    }

    private void add(Spot spot, String pointer, String detail) {
        problems.add(Problem.error(Rule.G44, pointer, detail).at(spot.id()));
    }
}
