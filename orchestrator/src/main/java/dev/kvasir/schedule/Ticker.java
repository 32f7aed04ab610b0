package dev.kvasir.schedule;

import dev.kvasir.dispatch.DatabaseFaults;
import dev.kvasir.dispatch.Pump;
import dev.kvasir.run.CancelMode;
import dev.kvasir.run.QueueFullException;
import dev.kvasir.run.RunFinishedException;
import dev.kvasir.run.RunId;
import dev.kvasir.run.RunRefusedException;
import dev.kvasir.run.Runs;
import dev.kvasir.run.StartRun;
import dev.kvasir.schedule.Outcome.Cause;
import dev.kvasir.schedule.Outcome.Kind;
import dev.kvasir.schedule.Schedule.Next;
import dev.kvasir.schedule.ScheduleRows.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Acts for schedules that are due. The schedule's row is locked, and its next time, the outcome and the run's row are written in one
 * transaction, so a due time starts one run however many servers look at it, and whenever one of them dies.
 */
final class Ticker implements Pump.Work {

    private static final Logger log = LoggerFactory.getLogger(Ticker.class);
    private static final int BATCH = 100;
    private static final Duration PURGE = Duration.ofMinutes(5);
    private static final int PURGED = 1000;

    private final ScheduleRows rows;
    private final Runs runs;
    private final TransactionTemplate transaction;
    private final ScheduleProperties settings;
    private final RandomGenerator random;
    private long purgedAt = System.nanoTime();

    /** @param random decides about jitter */
    Ticker(
            ScheduleRows rows,
            Runs runs,
            TransactionTemplate transaction,
            ScheduleProperties settings,
            RandomGenerator random) {
        this.rows = rows;
        this.runs = runs;
        this.transaction = transaction;
        this.settings = settings;
        this.random = random;
    }

    @Override
    public Duration look() {
        purge();
        boolean moved = false;
        for (ScheduleId due : rows.due(BATCH)) {
            moved |= guarded(due, () -> actFor(due));
        }
        for (ScheduleId released : rows.released(BATCH)) {
            guarded(released, () -> startBuffered(released));
        }
        return moved ? Duration.ZERO : rows.untilNext().orElse(settings.look());
    }

    private void purge() {
        if (System.nanoTime() - purgedAt > PURGE.toNanos()) {
            purgedAt = System.nanoTime();
            rows.purge(settings.keep(), PURGED);
        }
    }

    /** One schedule that cannot be acted for does not hold others up. */
    private static boolean guarded(ScheduleId schedule, Act act) {
        try {
            return act.moves();
        } catch (QueueFullException full) {
            log.warn("{} is due, but {}", schedule, full.getMessage());
            return false;
        } catch (RunFinishedException justNow) {
            log.debug("{} is looked at again: {}", schedule, justNow.getMessage());
            return true;
        } catch (RuntimeException broken) {
            if (DatabaseFaults.mayPass(broken)) {
                throw broken;
            }
            log.error("{} could not be acted for", schedule, broken);
            return false;
        }
    }

    @FunctionalInterface
    private interface Act {
        /** Whether the schedule's next time is another now. */
        boolean moves();
    }

    private boolean actFor(ScheduleId id) {
        try {
            return inTransaction(id, this::act);
        } catch (RunRefusedException refused) {
            return inTransaction(id, (schedule, next) -> {
                Ending ending = Ending.without(Kind.REFUSED, shortened(String.valueOf(refused.getMessage())));
                rows.outcome(id, next.dueAt(), Cause.DUE, ending);
                moveOn(schedule, next.dueAt());
            });
        }
    }

    private boolean inTransaction(ScheduleId id, Step step) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Optional<Schedule> claimed = rows.claim(id);
            Next next = claimed.map(Schedule::next).orElse(null);
            if (next == null || next.runAt().isAfter(rows.now())) {
                return false; // another server was quicker
            }
            step.take(claimed.orElseThrow(), next);
            return true;
        }));
    }

    @FunctionalInterface
    private interface Step {
        void take(Schedule schedule, Next next);
    }

    private void act(Schedule schedule, Next next) {
        Instant earliest = rows.now().minus(schedule.timing().catchUp());
        if (next.runAt().isBefore(earliest)) {
            rows.outcome(
                    schedule.id(),
                    next.dueAt(),
                    Cause.DUE,
                    Ending.without(
                            Kind.MISSED,
                            "Due times from %s to %s could not start runs within catchUpMs (%d)."
                                    .formatted(
                                            next.dueAt(),
                                            earliest,
                                            schedule.timing().catchUp().toMillis())));
            moveOn(schedule, earliest);
            return;
        }
        rows.outcome(schedule.id(), next.dueAt(), Cause.DUE, start(schedule));
        moveOn(schedule, next.dueAt());
    }

    private void moveOn(Schedule schedule, Instant after) {
        rows.update(scheduled(schedule, after));
    }

    /** The same schedule, due at the first time after another; paused if none comes. */
    Schedule scheduled(Schedule schedule, Instant after) {
        Next next =
                schedule.rule().next(after).map(due -> jittered(schedule, due)).orElse(null);
        return new Schedule(
                schedule.id(),
                schedule.owner(),
                schedule.name(),
                schedule.graph(),
                schedule.version(),
                schedule.input(),
                schedule.timing(),
                next,
                schedule.createdAt());
    }

    private Next jittered(Schedule schedule, Instant due) {
        long jitter = schedule.timing().jitter().toMillis();
        return new Next(due, jitter == 0 ? due : due.plusMillis(random.nextLong(jitter)));
    }

    private Ending start(Schedule schedule) {
        List<RunId> open = rows.openRuns(schedule.id());
        if (open.isEmpty()) {
            return Ending.started(run(schedule));
        }
        return switch (schedule.timing().overlap()) {
            case SKIP -> Ending.without(Kind.SKIPPED, "Run %s was still open.".formatted(open.getFirst()));
            case BUFFER_ONE ->
                rows.isBuffered(schedule.id())
                        ? Ending.without(
                                Kind.SKIPPED, "A start was held back already, for run %s.".formatted(open.getFirst()))
                        : Ending.without(Kind.BUFFERED, "Starts when run %s has ended.".formatted(open.getFirst()));
            case ALLOW_ALL -> Ending.started(run(schedule));
            case CANCEL_OTHER -> {
                open.forEach(run -> runs.cancel(schedule.owner(), run, CancelMode.NOW));
                yield Ending.started(run(schedule));
            }
        };
    }

    /** Starts a run within the caller's transaction. */
    private RunId run(Schedule schedule) {
        StartRun request = StartRun.labelled(
                schedule.graph().value(),
                schedule.version(),
                schedule.input(),
                Map.of("schedule", schedule.id().toString()));
        RunId run = runs.start(schedule.owner(), request, null).id();
        rows.startedBy(schedule.id(), run);
        return run;
    }

    private boolean startBuffered(ScheduleId id) {
        try {
            transaction.executeWithoutResult(status -> rows.claim(id)
                    .filter(schedule -> rows.isBuffered(id) && rows.openRuns(id).isEmpty())
                    .ifPresent(schedule -> rows.unbuffer(id, Ending.started(run(schedule)))));
        } catch (RunRefusedException refused) {
            rows.unbuffer(id, Ending.without(Kind.REFUSED, shortened(String.valueOf(refused.getMessage()))));
        }
        return false;
    }

    /** Starts a run that someone asked for, whatever is open. The caller's transaction has locked the schedule. */
    RunId startAsked(Schedule schedule) {
        RunId run = run(schedule);
        rows.outcome(schedule.id(), rows.now(), Cause.ASKED, Ending.started(run));
        return run;
    }

    private static String shortened(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 1000);
    }
}
