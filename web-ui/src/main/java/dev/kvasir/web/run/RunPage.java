package dev.kvasir.web.run;

import dev.kvasir.graph.EdgeId;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Link.Mode;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.run.EdgeRecord;
import dev.kvasir.run.EventRecord;
import dev.kvasir.run.RunRecord;
import dev.kvasir.run.StepRecord;
import dev.kvasir.run.WaitRecord;
import dev.kvasir.web.Drawing;
import dev.kvasir.web.Mark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run as its page shows it.
 *
 * @param drawing null when the version can no longer be read
 * @param waits what it waits for from people
 * @param refusals why an answer to one of these was refused
 * @param lastEvent where the page's stream goes on
 */
public record RunPage(
        RunSummary run,
        String input,
        long seed,
        String profile,
        @Nullable Drawing drawing,
        List<WaitView> waits,
        List<String> refusals,
        List<StepView> agents,
        Waterfall waterfall,
        List<EdgeView> edges,
        List<EventView> events,
        long lastEvent) {

    public RunPage {
        waits = List.copyOf(waits);
        refusals = List.copyOf(refusals);
        agents = List.copyOf(agents);
        edges = List.copyOf(edges);
        events = List.copyOf(events);
    }

    /** What the page is made of, as the API answers it. */
    public record Parts(
            RunRecord run,
            @Nullable Graph graph,
            List<StepRecord> steps,
            List<EdgeRecord> edges,
            List<EventRecord> events,
            Asked asked) {}

    /**
     * What people are asked.
     *
     * @param waits all of the run
     * @param typed what was typed into their forms last
     * @param refusals why that was refused; empty if it was not
     */
    public record Asked(List<WaitRecord> waits, Map<String, String> typed, List<String> refusals) {

        public static final Asked NOTHING = new Asked(List.of(), Map.of(), List.of());
    }

    /** Makes the page. */
    public static RunPage of(Parts parts) {
        RunRecord run = parts.run();
        Graph graph = parts.graph();
        return new RunPage(
                RunSummary.of(run),
                RunSummary.text(run.input()),
                run.seed(),
                run.profile(),
                graph == null ? null : drawing(graph, parts),
                parts.asked().waits().stream()
                        .filter(wait -> wait.state() == WaitRecord.State.OPEN)
                        .map(wait -> WaitView.of(wait, parts.asked().typed()))
                        .toList(),
                parts.asked().refusals(),
                graph == null ? List.of() : agents(graph, parts.steps()),
                Waterfall.of(parts.steps(), run.createdAt()),
                parts.edges().stream().map(EdgeView::of).toList(),
                parts.events().stream()
                        .filter(event -> !event.name().equals("step.delta"))
                        .map(event -> EventView.of(event, run.createdAt()))
                        .toList(),
                run.lastEvent());
    }

    private static Drawing drawing(Graph graph, Parts parts) {
        Map<EdgeId, Drawing.Crossing> crossings = new HashMap<>();
        for (EdgeRecord edge : parts.edges()) {
            String asked = edge.overrideMode() == null ? edge.requestedMode() : edge.overrideMode();
            crossings.put(
                    new EdgeId(edge.edge()),
                    new Drawing.Crossing(Mode.valueOf(asked), Mode.valueOf(edge.effectiveMode())));
        }
        Map<NodeId, Mark> marks = parts.steps().stream()
                .collect(Collectors.toMap(
                        step -> new NodeId(step.node()),
                        step -> Mark.of(step.state().name()),
                        (first, second) -> second));
        return Drawing.of(
                graph,
                edge -> crossings.getOrDefault(
                        edge.id(),
                        new Drawing.Crossing(edge.link().mode(), edge.link().mode())),
                marks::get);
    }

    private static List<StepView> agents(Graph graph, List<StepRecord> steps) {
        Map<String, String> models = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node instanceof Node.Agent agent) {
                models.put(node.id().value(), agent.model());
            }
        }
        return steps.stream()
                .filter(step -> models.containsKey(step.node()))
                .map(step -> StepView.of(step, models.getOrDefault(step.node(), "")))
                .toList();
    }

    /** How caches travelled from one pool's worker to another's. */
    public List<String> hops() {
        return edges.stream().map(EdgeView::hop).filter(Objects::nonNull).toList();
    }

    /** What crossed the edges that a sharer's cache crossed. */
    public List<WireView> wires() {
        return edges.stream().map(EdgeView::wire).filter(Objects::nonNull).toList();
    }
}
