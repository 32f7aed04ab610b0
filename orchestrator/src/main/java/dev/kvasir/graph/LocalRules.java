package dev.kvasir.graph;

import dev.kvasir.graph.Outline.Line;
import dev.kvasir.graph.Outline.Spot;
import dev.kvasir.graph.Problem.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent that reads local documents hands on nothing that tells them outright: rule G44. Its reply would, so nobody asks for it;
 * layer 0 of its cache would, being the tokens under another name.
 */
final class LocalRules {

    private final Outline outline;
    private final List<Problem> problems;

    LocalRules(Outline outline, List<Problem> problems) {
        this.outline = outline;
        this.problems = problems;
    }

    void check() {
        for (Spot spot : outline.spots()) {
            if (spot.node() instanceof Node.Agent agent && !agent.site().local().isEmpty()) {
                reader(spot);
            }
        }
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
        outline.spots().forEach(other -> quotes(spot, other));
        outline.lines().forEach(line -> {
            String template = Composition.template(line.edge().link());
            if (template != null) {
                quote(
                        spot,
                        line.pointer("link/template"),
                        "Template of edge '" + line.edge().id() + "'",
                        template);
            }
        });
    }

    private void edge(Spot spot, Line line) {
        String edge = "Edge '" + line.edge().id() + "' leaves '" + spot.id() + "', which reads local documents";
        if (!(line.edge().link() instanceof Link.CachePrefix prefix)) {
            add(
                    spot,
                    line.pointer("link/mode"),
                    edge + ". Make it CACHE_PREFIX, not " + line.edge().link().mode() + ".");
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

    private void quotes(Spot spot, Spot other) {
        if (other.node() != null) {
            other.node()
                    .templates()
                    .forEach(slot -> quote(spot, other.pointer() + slot.field(), slot.what(), slot.source()));
        }
    }

    private void quote(Spot spot, String pointer, String what, String template) {
        boolean quotes;
        try {
            quotes = Composition.mentions(template, spot.id());
        } catch (TemplateSyntaxException told) {
            return; // by rule G20
        }
        if (quotes) {
            add(
                    spot,
                    pointer,
                    what + " quotes what '" + spot.id()
                            + "' writes, and that would tell the local documents it reads. Leave it out.");
        }
    }

    private void add(Spot spot, String pointer, String detail) {
        problems.add(Problem.error(Rule.G44, pointer, detail).at(spot.id()));
    }
}
