package dev.kvasir.run;

import dev.kvasir.dispatch.IslandState;
import dev.kvasir.dispatch.Lease;
import dev.kvasir.dispatch.LeaseLostException;
import dev.kvasir.dispatch.Leases;
import dev.kvasir.dispatch.Notices;
import dev.kvasir.graph.Edge;
import dev.kvasir.hop.TransferRows;
import dev.kvasir.run.Journal.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits the end of an island's attempt: one transaction, guarded by the lease's epoch. Zero rows under that epoch mean that
 * others have the island by now, and nothing is written.
 */
final class Completion {

    private final Transactions transactions;
    private final RunRows rows;
    private final Leases leases;
    private final Results results;
    private final Progression progression;
    private final Journal journal;
    private final Retries retries;
    private final Faults faults;
    private final Notices notices;
    private final TransferRows transfers;

    Completion(RunRoom room, Leases leases, Retries retries) {
        this.transactions = room.transactions();
        this.rows = room.rows();
        this.results = room.results();
        this.progression = room.progression();
        this.journal = room.journal();
        this.faults = room.faults();
        this.notices = room.notices();
        this.transfers = room.transfers();
        this.leases = leases;
        this.retries = retries;
    }

    /**
     * Commits, again while the database's fault may pass and the lease lives.
     *
     * @param worker the name of the worker that held the lease
     * @param leaseLives whether it is worth another try
     * @throws LeaseLostException if others have the island by now
     */
    void commit(Lease lease, String worker, IslandEnd end, Supplier<Boolean> leaseLives) {
        transactions.persist(() -> write(lease, worker, end), leaseLives);
    }

    /** Writes the end within the caller's transaction. */
    void write(Lease lease, String worker, IslandEnd end) {
        RunRow run = rows.lock(lease.run()).orElseThrow(() -> new IllegalStateException("No run " + lease.run()));
        List<StepRow> steps = rows.stepsOf(lease.island().value());
        if (isWritten(steps, lease, end)) {
            return;
        }
        switch (end) {
            case IslandEnd.Done done -> succeed(run, lease, steps, done);
            case IslandEnd.Failed failed -> fail(run, lease, steps, failed, worker);
            case IslandEnd.Lost lost -> lose(run, lease, steps, lost);
            case IslandEnd.Released() -> release(run, lease, steps, worker);
            case IslandEnd.Stopped() -> cancel(run, lease, steps);
        }
    }

    /** After a COMMIT whose answer was lost: whether it reached the server. */
    private boolean isWritten(List<StepRow> steps, Lease lease, IslandEnd end) {
        return end instanceof IslandEnd.Done
                && rows.attempt(steps.getFirst().id(), lease.epoch())
                        .filter(AttemptState.SUCCEEDED::equals)
                        .isPresent();
    }

    private void succeed(RunRow run, Lease lease, List<StepRow> steps, IslandEnd.Done done) {
        leases.end(lease, IslandState.SUCCEEDED);
        List<Entry> news = new ArrayList<>();
        for (StepRow step : steps) {
            StepOutcome outcome = outcome(done, step);
            rows.endAttempt(step.id(), lease.epoch(), AttemptState.SUCCEEDED, null);
            rows.endStep(step.id(), StepState.SUCCEEDED, null, List.of(Edge.OUT));
            news.add(Entry.step("step.succeeded", step, results.write(step, lease, outcome)));
        }
        for (EdgeOutcome edge : done.edges()) {
            news.addAll(results.write(run.id(), steps.getFirst().iteration(), edge));
        }
        done.sent().forEach(transfers::commit);
        transfers.drop(run.id(), done.received());
        journal.append(run.id(), news);
        progression.advance(run);
    }

    private static StepOutcome outcome(IslandEnd.Done done, StepRow step) {
        return done.steps().stream()
                .filter(outcome -> outcome.node().equals(step.node()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("Node '" + step.node() + "' of the island has no outcome"));
    }

    private void fail(RunRow run, Lease lease, List<StepRow> steps, IslandEnd.Failed failed, String worker) {
        StepRow culprit = steps.stream()
                .filter(step -> step.node().equals(failed.node()))
                .findFirst()
                .orElse(steps.getFirst());
        StepFault fault = failed.fault().at(culprit.node());
        for (StepRow step : steps) {
            boolean isCulprit = step.id().equals(culprit.id());
            rows.endAttempt(
                    step.id(),
                    lease.epoch(),
                    isCulprit ? failed.attempt() : AttemptState.RELEASED,
                    isCulprit ? faults.write(fault) : null);
        }
        retryOrFail(run, lease, steps, culprit, fault, worker);
    }

    private void lose(RunRow run, Lease lease, List<StepRow> steps, IslandEnd.Lost lost) {
        StepFault fault =
                new StepFault("LOST", "Worker '" + lost.worker() + "' fell silent while it ran the step.", true, null);
        for (StepRow step : steps) {
            rows.endAttempt(step.id(), lease.epoch(), AttemptState.LOST, faults.write(fault.at(step.node())));
        }
        StepRow first = steps.getFirst();
        StepFault last = rows.countedAttempts(first.id()) < first.maxAttempts() ? fault : crash(first);
        retryOrFail(run, lease, steps, first, last.at(first.node()), lost.worker());
    }

    private StepFault crash(StepRow step) {
        List<String> workers = rows.lostTo(step.id());
        return new StepFault(
                "WORKER_CRASH",
                "Node '" + step.node() + "' took its worker down " + workers.size() + " times ("
                        + String.join(", ", workers)
                        + "). See the workers' logs; a model that is too large or a damaged file does this.",
                false,
                step.node());
    }

    private void retryOrFail(
            RunRow run, Lease lease, List<StepRow> steps, StepRow culprit, StepFault fault, String worker) {
        Retries.@Nullable Pause pause = run.isStopping() ? null : retries.after(culprit, fault);
        if (pause != null) {
            leases.handBack(lease, pause.length(), worker);
            rows.makeReadyAgain(lease.island().value());
            journal.append(run.id(), List.of(retries.event(culprit, fault, pause)));
            retries.wakeAfter(pause, lease);
            notices.ready(rows.pool(lease.island().value()));
            return;
        }
        leases.end(lease, run.isStopping() ? IslandState.CANCELLED : IslandState.FAILED);
        List<Entry> news = new ArrayList<>();
        for (StepRow step : steps) {
            if (!step.id().equals(culprit.id())) {
                rows.endStep(step.id(), StepState.SKIPPED, null);
                news.add(Entry.step("step.skipped", step));
            }
        }
        journal.append(run.id(), news);
        progression.fail(run, culprit, fault);
    }

    private void release(RunRow run, Lease lease, List<StepRow> steps, String worker) {
        if (run.isStopping()) {
            cancel(run, lease, steps);
            return;
        }
        leases.handBack(lease, Duration.ZERO, worker);
        steps.forEach(step -> rows.endAttempt(step.id(), lease.epoch(), AttemptState.RELEASED, null));
        rows.makeReadyAgain(lease.island().value());
        journal.append(
                run.id(),
                steps.stream().map(step -> Entry.step("step.ready", step)).toList());
        notices.ready(rows.pool(lease.island().value()));
    }

    private void cancel(RunRow run, Lease lease, List<StepRow> steps) {
        leases.end(lease, IslandState.CANCELLED);
        List<Entry> news = new ArrayList<>();
        for (StepRow step : steps) {
            rows.endAttempt(step.id(), lease.epoch(), AttemptState.CANCELLED, null);
            rows.endStep(step.id(), StepState.CANCELLED, null);
            news.add(Entry.step("step.skipped", step));
        }
        journal.append(run.id(), news);
        progression.settle(run.id());
    }
}
