package dev.kvasir.run;

import dev.kvasir.condition.ConditionException;
import dev.kvasir.dispatch.IslandState;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.NodeOptions.OnError;
import dev.kvasir.graph.TemplateException;
import dev.kvasir.run.Chart.Way;
import dev.kvasir.run.InlineSteps.Counted;
import dev.kvasir.run.InlineSteps.Left;
import dev.kvasir.run.Journal.Entry;
import dev.kvasir.run.Progression.Elsewhere;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a run under its lock: loops turn, and every step that waits is looked at until nothing moves any more.
 *
 * <p>A node runs when each edge into it has come or is dead, and is skipped when all are dead. A join may go on before.
 */
final class Advance {

    private final RunRow run;
    private final RunGraph graph;
    private final Chart chart;
    private final Parts parts;
    private final List<Entry> news = new ArrayList<>();
    private @Nullable StepFault fatal;

    Advance(RunRow run, RunGraph graph, Chart chart, Parts parts) {
        this.run = run;
        this.graph = graph;
        this.chart = chart;
        this.parts = parts;
    }

    /** What it writes with. */
    record Parts(RunRows rows, Results results, Faults faults, Elsewhere elsewhere) {}

    /** The events of what has moved, in their order. */
    List<Entry> news() {
        return news;
    }

    /**
     * Goes as far as it goes.
     *
     * @return why the run has to fail; null if it need not
     */
    @Nullable
    StepFault go() {
        fatal = overspent();
        boolean moved = true;
        while (moved && fatal == null) {
            moved = turn() || considerAll();
        }
        if (fatal == null) {
            restOrResume();
        }
        return fatal;
    }

    /** Looks at what waits, until the last node of a loop has ended: then it is to be seen first whether the loop turns. */
    private boolean considerAll() {
        boolean moved = false;
        for (Node node : chart.pending()) {
            moved |= fatal == null && consider(node);
            boolean isTail =
                    chart.loops().all().stream().anyMatch(loop -> loop.tail().equals(node.id()));
            if (isTail && chart.step(node.id()).state().isFinal()) {
                return true;
            }
        }
        return moved;
    }

    private @Nullable StepFault overspent() {
        String input = chart.graph().input().id().value();
        boolean isUnder = chart.steps().stream()
                .noneMatch(step -> !step.node().equals(input)
                        && (step.visit() > 0 || step.state().isFinal()));
        if (isUnder) {
            return null; // a run that starts: there is nothing to add up
        }
        int most = graph.graph().settings().maxTokens();
        long generated = parts.rows().generatedTokens(run.id());
        return generated <= most ? null : StepFaults.overspent(generated, most);
    }

    private boolean turn() {
        try {
            boolean turned = parts.elsewhere().rounds().turn(run, graph, chart);
            if (turned) {
                fatal = Rounds.tooMany(graph, parts.rows().steps(run.id()).size());
            }
            return turned;
        } catch (LoopLimitException limit) {
            fatal = limit.fault();
        } catch (ConditionException fault) {
            fatal = StepFaults.condition(fault, null);
        }
        return false;
    }

    private boolean consider(Node node) {
        StepRow step = chart.step(node.id());
        if (step.state() != StepState.PENDING) {
            return false; // it moved with its island
        }
        try {
            return step.island() == null ? inline(node, step) : island(step.island());
        } catch (ConditionException fault) {
            fail(step, StepFaults.condition(fault, step.node()));
        } catch (TemplateException fault) {
            fail(step, StepFaults.of(fault, step.node()));
        }
        return true;
    }

    private boolean island(UUID island) {
        Map<NodeId, StepRow> members = members(island);
        Set<NodeId> running = new HashSet<>();
        for (NodeId member : members.keySet()) {
            for (Edge edge : chart.into(member)) {
                boolean isInside = members.containsKey(edge.from()) && !edge.isLoop();
                Way way = isInside ? Way.DEAD : chart.way(edge);
                if (way == Way.OPEN) {
                    return false;
                }
                if (way == Way.LIVE || (isInside && running.contains(edge.from()))) {
                    running.add(member);
                }
            }
        }
        members.forEach((node, step) -> {
            if (!running.contains(node)) {
                skip(step);
            }
        });
        if (running.isEmpty()) {
            parts.rows().endIsland(island, IslandState.SKIPPED);
            return true;
        }
        parts.rows().makeReady(island);
        parts.elsewhere().signals().notices().ready(parts.rows().pool(island));
        members.forEach((node, step) -> {
            if (running.contains(node)) {
                chart.put(step.in(StepState.READY));
                news.add(Entry.step("step.ready", step));
            }
        });
        return true;
    }

    /** The nodes of an island in the order in which they run. */
    private Map<NodeId, StepRow> members(UUID island) {
        Map<NodeId, StepRow> members = new LinkedHashMap<>();
        for (Node node : chart.pending()) {
            StepRow step = chart.step(node.id());
            if (island.equals(step.island())) {
                members.put(node.id(), step);
            }
        }
        return members;
    }

    private boolean inline(Node node, StepRow step) {
        List<Edge> open = chart.into(node.id(), Way.OPEN);
        List<Edge> live = chart.into(node.id(), Way.LIVE);
        boolean isEnough = node instanceof Node.Join join && join.first() > 0 && live.size() >= join.first();
        if (!open.isEmpty() && !isEnough) {
            return false;
        }
        if (live.isEmpty()) {
            skip(step);
            return true;
        }
        RunValues values = chart.values(step);
        switch (node) {
            case Node.Output output -> leave(step, InlineSteps.output(output, values));
            case Node.Router router -> leave(step, InlineSteps.router(chart, router, values));
            case Node.Join join -> {
                leave(step, InlineSteps.join(join, live, values));
                skipUnneeded(join, open);
            }
            case Node.Vote vote -> vote(step, InlineSteps.vote(vote, live, values));
            case Node.Human human -> {
                news.add(parts.elsewhere().waits().open(run.id(), step, human, values.named()));
                chart.put(step.in(StepState.WAITING));
            }
            case Node.Mapping mapping -> within(step);
            case Node.Subgraph subgraph -> within(step);
            case Node.Input input -> throw new IllegalStateException("The input of a run has a result from its start");
            case Node.Agent agent -> throw homeless(agent);
            case Node.Tool tool -> throw homeless(tool);
        }
        return true;
    }

    private IllegalStateException homeless(Node node) {
        return new IllegalStateException(node.kind() + " '" + node.id() + "' of run " + run.id() + " has no island");
    }

    private void vote(StepRow step, Counted counted) {
        Left left = counted.left();
        StepFault fault = counted.fault();
        if (left != null) {
            leave(step, left);
        } else if (fault != null) {
            fail(step, fault);
        }
    }

    private void within(StepRow step) {
        parts.rows().await(step.id());
        parts.elsewhere().inner().begin(step.id());
        chart.put(step.in(StepState.WAITING));
        news.add(Entry.step("step.started", step));
    }

    private void leave(StepRow step, Left left) {
        parts.results().writeInline(step, left);
        chart.put(step.in(StepState.SUCCEEDED, left.ports()));
        chart.forget();
        news.add(Entry.step("step.succeeded", step));
    }

    private void skip(StepRow step) {
        parts.rows().endStep(step.id(), StepState.SKIPPED, null);
        chart.put(step.in(StepState.SKIPPED));
        news.add(Entry.step("step.skipped", step));
    }

    private void fail(StepRow step, StepFault fault) {
        OnError onError = chart.graph().onError(new NodeId(step.node()));
        List<String> ports = onError.ports();
        UUID island = step.island();
        if (island != null) {
            members(island).values().stream()
                    .filter(other -> !other.id().equals(step.id()))
                    .forEach(this::skip);
            parts.rows().endIsland(island, IslandState.FAILED);
        }
        parts.rows().endStep(step.id(), StepState.FAILED, parts.faults().write(fault), ports);
        chart.put(step.in(StepState.FAILED, ports));
        chart.forget();
        news.add(Entry.step("step.failed", step, parts.faults().json(fault)));
        if (onError == OnError.FAIL) {
            fatal = fault;
        }
    }

    /** Skips what has not started and leads to a join alone that has gone on without it. */
    private void skipUnneeded(Node.Join join, List<Edge> open) {
        Set<NodeId> settled = new HashSet<>(Set.of(join.id()));
        for (Node node : chart.graph().inOrder().reversed()) {
            StepRow step = chart.step(node.id());
            boolean isUnneeded = !chart.graph().outOf(node.id()).isEmpty()
                    && chart.graph().outOf(node.id()).stream().allMatch(edge -> settled.contains(edge.to()));
            if (isUnneeded && !open.isEmpty() && canBeSkipped(step)) {
                settled.add(node.id());
                skip(step);
                UUID island = step.island();
                if (island != null) {
                    parts.rows().endIsland(island, IslandState.SKIPPED);
                }
            }
        }
    }

    /** A step of an island goes with the whole of it, or not at all. */
    private boolean canBeSkipped(StepRow step) {
        UUID island = step.island();
        boolean isAlone = island == null
                || chart.steps().stream()
                                .filter(other -> island.equals(other.island()))
                                .count()
                        == 1;
        return isAlone && (step.state() == StepState.PENDING || step.state() == StepState.READY);
    }

    /** A run rests while all that it waits for is people. */
    private void restOrResume() {
        boolean isBusy = false;
        boolean waitsForPeople = false;
        for (StepRow step : chart.steps()) {
            boolean waits = step.state() == StepState.WAITING;
            boolean isHuman = chart.graph().node(new NodeId(step.node())).orElse(null) instanceof Node.Human;
            isBusy |= step.state() == StepState.READY || step.state() == StepState.RUNNING || (waits && !isHuman);
            waitsForPeople |= waits && isHuman;
        }
        boolean waitsWithin = isBusy && chart.steps().stream().anyMatch(step -> step.state() == StepState.WAITING);
        if ((waitsForPeople || waitsWithin) && parts.rows().begin(run.id())) {
            news.addFirst(Entry.run(RunState.RUNNING));
        }
        if (waitsForPeople && !isBusy && parts.rows().rest(run.id())) {
            news.add(Entry.run(RunState.WAITING));
        }
        if (isBusy && parts.rows().resume(run.id())) {
            news.addFirst(new Entry("run.resumed", null, null, null, Entry.nothing()));
        }
    }
}
