package dev.kvasir.run;

import dev.kvasir.dispatch.Notices;
import dev.kvasir.graph.Edge;
import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Node;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.TemplateException;
import dev.kvasir.run.Journal.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Moves a run on after something of it has ended: what may run becomes READY, outputs are made, the run ends.
 *
 * <p>The caller holds the lock of the run's row; everything here is part of that transaction.
 */
final class Progression {

    private final RunRows rows;
    private final Results results;
    private final RunGraphs graphs;
    private final Journal journal;
    private final Notices notices;
    private final Faults faults;

    Progression(Results results, RunGraphs graphs, Journal journal, RunRows rows, Signals signals) {
        this.rows = rows;
        this.results = results;
        this.graphs = graphs;
        this.journal = journal;
        this.notices = signals.notices();
        this.faults = signals.faults();
    }

    /** Moves the run on as far as it goes. */
    void advance(RunRow run) {
        if (run.isStopping()) {
            settle(run.id());
            return;
        }
        RunGraph runGraph = graphs.of(run.id());
        Map<String, StepRow> steps = new LinkedHashMap<>();
        rows.steps(run.id()).forEach(step -> steps.put(step.node(), step));
        Map<UUID, List<Node>> islands = islands(runGraph.graph(), steps);
        List<Entry> news = new ArrayList<>();
        Set<UUID> seen = new HashSet<>();
        for (Node node : runGraph.graph().inOrder()) {
            StepRow step = required(steps, node.id());
            if (step.state() != StepState.PENDING) {
                continue;
            }
            UUID island = step.island();
            if (island == null) {
                advanceInline(run.id(), runGraph.graph(), node, steps, news);
            } else if (seen.add(island)) {
                advanceIsland(runGraph.graph(), islands.getOrDefault(island, List.of()), steps, news);
            }
        }
        journal.append(run.id(), news);
        finishIfDone(run.id(), runGraph.graph(), steps);
    }

    /** Ends a run that is to stop, if nothing of it is running any more. */
    void settle(UUID run) {
        if (rows.runningIslands(run) > 0) {
            return;
        }
        RunRow now = rows.lock(run).orElseThrow();
        RunState end = now.stopState();
        if (end == null || now.state().isFinal()) {
            return;
        }
        journal.append(run, List.of(Entry.run(end, results.fault(run))));
        rows.finish(run, end, null);
    }

    /**
     * Stops a run: cancelled, failed, out of time. What has not started ends at once; what runs is told to stop, and the last
     * of it ends the run. The first reason wins.
     *
     * @param fault why; null for a cancel
     */
    void stop(UUID run, RunState end, CancelMode mode, @Nullable StepFault fault) {
        if (!rows.decideEnd(run, end, mode, fault == null ? null : faults.write(fault))) {
            if (mode == CancelMode.NOW) {
                rows.hasten(run);
                notices.stop(run);
            }
            return;
        }
        StepState waiting = end == RunState.CANCELLED ? StepState.CANCELLED : StepState.SKIPPED;
        journal.append(
                run,
                rows.endWaiting(run, waiting).stream()
                        .map(step -> Entry.step("step.skipped", step))
                        .toList());
        if (mode == CancelMode.NOW) {
            notices.stop(run);
        }
        settle(run);
    }

    private static Map<UUID, List<Node>> islands(Graph graph, Map<String, StepRow> steps) {
        Map<UUID, List<Node>> islands = new HashMap<>();
        for (Node node : graph.inOrder()) {
            UUID island = required(steps, node.id()).island();
            if (island != null) {
                islands.computeIfAbsent(island, id -> new ArrayList<>()).add(node);
            }
        }
        return islands;
    }

    private void advanceIsland(Graph graph, List<Node> nodes, Map<String, StepRow> steps, List<Entry> news) {
        Set<NodeId> inside = new HashSet<>();
        nodes.forEach(node -> inside.add(node.id()));
        List<StepRow> senders = new ArrayList<>();
        for (Node node : nodes) {
            for (Edge edge : graph.into(node.id())) {
                if (!inside.contains(edge.from())) {
                    senders.add(required(steps, edge.from()));
                }
            }
        }
        if (!senders.stream().allMatch(sender -> sender.state().isFinal())) {
            return;
        }
        boolean runs = senders.stream().anyMatch(sender -> sender.state().hasResult());
        UUID island = required(steps, nodes.getFirst().id()).island();
        if (island == null) {
            throw new IllegalStateException("Node '" + nodes.getFirst().id() + "' has no island");
        }
        if (runs) {
            rows.makeReady(island);
            notices.ready(rows.pool(island));
        } else {
            rows.skipIsland(island);
        }
        for (Node node : nodes) {
            StepRow step = required(steps, node.id());
            StepState state = runs ? StepState.READY : StepState.SKIPPED;
            steps.put(step.node(), step.in(state));
            news.add(Entry.step(runs ? "step.ready" : "step.skipped", step));
        }
    }

    private void advanceInline(UUID run, Graph graph, Node node, Map<String, StepRow> steps, List<Entry> news) {
        List<StepRow> senders = graph.into(node.id()).stream()
                .map(edge -> required(steps, edge.from()))
                .toList();
        if (!senders.stream().allMatch(sender -> sender.state().isFinal())) {
            return;
        }
        StepRow step = required(steps, node.id());
        if (senders.stream().noneMatch(sender -> sender.state().hasResult())) {
            rows.endStep(step.id(), StepState.SKIPPED, null);
            steps.put(step.node(), step.in(StepState.SKIPPED));
            news.add(Entry.step("step.skipped", step));
            return;
        }
        ObjectNode value;
        try {
            value = Compositions.output(node, results.values(run));
        } catch (TemplateException fault) {
            failInline(step, steps, StepFaults.of(fault, step.node()), news);
            return;
        }
        results.writeInline(step, value);
        steps.put(step.node(), step.in(StepState.SUCCEEDED));
        news.add(Entry.step("step.succeeded", step));
    }

    private void failInline(StepRow step, Map<String, StepRow> steps, StepFault fault, List<Entry> news) {
        rows.endStep(step.id(), StepState.FAILED, faults.write(fault));
        steps.put(step.node(), step.in(StepState.FAILED));
        news.add(Entry.step("step.failed", step, faults.json(fault)));
    }

    private void finishIfDone(UUID run, Graph graph, Map<String, StepRow> steps) {
        for (StepRow step : steps.values()) {
            if (step.state() == StepState.FAILED) {
                stop(run, RunState.FAILED, CancelMode.NOW, results.stepFault(step.id()));
                return;
            }
        }
        if (!steps.values().stream().allMatch(step -> step.state().isFinal())) {
            return;
        }
        List<String> outputs = graph.outputs().stream()
                .map(output -> output.id().value())
                .filter(node -> required(steps, new NodeId(node)).state().hasResult())
                .toList();
        rows.begin(run); // a run of nothing but input and output was never claimed
        journal.append(run, List.of(Entry.run(RunState.SUCCEEDED)));
        rows.finish(run, RunState.SUCCEEDED, results.output(run, outputs).toString());
    }

    private static StepRow required(Map<String, StepRow> steps, NodeId node) {
        StepRow step = steps.get(node.value());
        if (step == null) {
            throw new IllegalStateException("The run has no step for node '" + node + "'");
        }
        return step;
    }
}
