package dev.kvasir.run;

import dev.kvasir.dispatch.Notices;
import dev.kvasir.graph.NodeId;
import dev.kvasir.graph.NodeOptions.OnError;
import dev.kvasir.run.Journal.Entry;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Moves a run on after something of it has ended: what may run becomes READY, what needs no worker is done, the run rests or
 * ends.
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
    private final Elsewhere elsewhere;

    Progression(RunRows rows, Results results, RunGraphs graphs, Journal journal, Elsewhere elsewhere) {
        this.rows = rows;
        this.results = results;
        this.graphs = graphs;
        this.journal = journal;
        this.notices = elsewhere.signals().notices();
        this.faults = elsewhere.signals().faults();
        this.elsewhere = elsewhere;
    }

    /** Whom steps go to that are done elsewhere than in a worker, and how others learn of it. */
    record Elsewhere(Rounds rounds, Waits waits, InnerRuns inner, Signals signals) {}

    /** Moves the run on as far as it goes. */
    void advance(RunRow run) {
        if (run.isStopping()) {
            settle(run.id());
            return;
        }
        RunGraph graph = graphs.of(run.id());
        Chart chart = chart(run.id(), graph);
        Advance advance = new Advance(run, graph, chart, new Advance.Parts(rows, results, faults, elsewhere));
        StepFault fault = advance.go();
        journal.append(run.id(), advance.news());
        if (fault != null) {
            stop(run.id(), RunState.FAILED, CancelMode.NOW, fault);
        } else if (isDone(run.id(), chart)) {
            finish(run, graph, chart);
        }
    }

    private Chart chart(UUID run, RunGraph graph) {
        return new Chart(graph.graph(), rows.steps(run), () -> results.values(run));
    }

    private boolean isDone(UUID run, Chart chart) {
        return chart.steps().stream().allMatch(step -> step.state().isFinal()) && rows.unfinished(run) == 0;
    }

    /**
     * Ends a step that has failed for good, and goes on as its node says.
     *
     * @param step of a node whose island has ended, or which had none
     */
    void fail(RunRow run, StepRow step, StepFault fault) {
        RunGraph graph = graphs.of(run.id());
        OnError onError = graph.graph().onError(new NodeId(step.node()));
        rows.endStep(step.id(), StepState.FAILED, faults.write(fault), onError.ports());
        journal.append(run.id(), List.of(Entry.step("step.failed", step, faults.json(fault))));
        if (run.isStopping() || (onError == OnError.FAIL && isNeeded(run, graph, step))) {
            stop(run.id(), RunState.FAILED, CancelMode.NOW, fault);
            settle(run.id());
            return;
        }
        advance(run);
    }

    /** Whether anybody still waits for a step: a join that took enough others goes on without it. */
    private boolean isNeeded(RunRow run, RunGraph graph, StepRow step) {
        Chart chart = chart(run.id(), graph);
        return graph.graph().outOf(new NodeId(step.node())).stream()
                .anyMatch(edge -> !chart.step(edge.to()).state().isFinal());
    }

    private void finish(RunRow run, RunGraph graph, Chart chart) {
        List<String> outputs = graph.graph().outputs().stream()
                .filter(output -> chart.step(output.id()).state().hasResult())
                .map(output -> output.id().value())
                .toList();
        rows.begin(run.id()); // a run of which nothing needs a worker was never claimed
        if (outputs.isEmpty()) {
            stop(run.id(), RunState.FAILED, CancelMode.NOW, StepFaults.nowhere());
            return;
        }
        journal.append(run.id(), List.of(Entry.run(RunState.SUCCEEDED)));
        rows.finish(
                run.id(), RunState.SUCCEEDED, results.output(run.id(), outputs).toString());
        elsewhere.inner().ended(run);
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
        elsewhere.inner().ended(now);
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
        elsewhere.waits().cancel(run);
        journal.append(
                run,
                rows.endWaiting(run, waiting).stream()
                        .map(step -> Entry.step("step.skipped", step))
                        .toList());
        if (mode == CancelMode.NOW) {
            notices.stop(run);
        }
        elsewhere.inner().stopWithin(run, mode);
        settle(run);
    }
}
