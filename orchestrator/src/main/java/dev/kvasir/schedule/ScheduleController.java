package dev.kvasir.schedule;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Cursors;
import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.run.RunId;
import dev.kvasir.schedule.Schedule.Overlap;
import dev.kvasir.schedule.Schedule.Timing;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Schedules over REST. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1/schedules")
class ScheduleController {

    private static final String LIST = "schedules";
    private static final int MOST = 100;
    private static final int SHOWN = 5;

    private final ScheduleRows rows;
    private final ScheduleChecks checks;
    private final Ticker ticker;
    private final Cursors cursors;
    private final Audit audit;

    ScheduleController(ScheduleRows rows, ScheduleChecks checks, Ticker ticker, Cursors cursors, Audit audit) {
        this.rows = rows;
        this.checks = checks;
        this.ticker = ticker;
        this.cursors = cursors;
        this.audit = audit;
    }

    /** Whether a schedule starts runs. */
    enum State {
        ACTIVE,
        PAUSED
    }

    /**
     * A schedule as the API shows it.
     *
     * @param upcoming the next few due times; none while it is paused
     */
    record View(
            String id,
            String name,
            String graph,
            @Nullable Integer version,
            ObjectNode input,
            State state,
            @Nullable String cron,
            @Nullable Long everyMs,
            String timeZone,
            Overlap overlap,
            long catchUpMs,
            long jitterMs,
            List<Instant> upcoming,
            Instant createdAt) {

        static View of(Schedule schedule) {
            Timing timing = schedule.timing();
            return new View(
                    schedule.id().toString(),
                    schedule.name(),
                    schedule.graph().toString(),
                    schedule.version(),
                    schedule.input(),
                    schedule.isActive() ? State.ACTIVE : State.PAUSED,
                    timing.cron() == null ? null : timing.cron().toString(),
                    timing.every() == null ? null : timing.every().toMillis(),
                    timing.zone().getId(),
                    timing.overlap(),
                    timing.catchUp().toMillis(),
                    timing.jitter().toMillis(),
                    upcoming(schedule),
                    schedule.createdAt());
        }

        private static List<Instant> upcoming(Schedule schedule) {
            return schedule.next() == null
                    ? List.of()
                    : schedule.rule().upcoming(schedule.next().dueAt().minusMillis(1), SHOWN);
        }
    }

    @PostMapping
    @Transactional
    public ResponseEntity<View> create(
            @RequestBody ScheduleChecks.Wanted wanted, @AuthenticationPrincipal Caller caller) {
        if (rows.count(caller.userId()) >= MOST) {
            throw ScheduleChecks.refused("", "There are %d schedules already, the most there may be.".formatted(MOST));
        }
        Instant now = rows.now();
        Schedule made = ticker.scheduled(checks.fresh(caller.userId(), wanted, now), now);
        rows.insert(made);
        audit.record("schedule.create", made.id().toString(), Audit.Outcome.DONE);
        return ResponseEntity.created(URI.create("/api/v1/schedules/" + made.id()))
                .body(View.of(made));
    }

    @GetMapping
    Page<View> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        int most = Page.limit(limit);
        ScheduleId after = cursor == null
                ? null
                : ScheduleId.parse(cursors.position(cursor, LIST, caller)).orElseThrow();
        List<View> found = rows.list(caller.userId(), after, most + 1).stream()
                .map(View::of)
                .toList();
        return Page.cut(found, most, last -> cursors.after(last.id(), LIST, caller));
    }

    @GetMapping("/{schedule}")
    View read(@PathVariable String schedule, @AuthenticationPrincipal Caller caller) {
        return View.of(find(schedule, caller));
    }

    @PatchMapping("/{schedule}")
    @Transactional
    public View change(
            @PathVariable String schedule,
            @RequestBody ScheduleChecks.Wanted wanted,
            @AuthenticationPrincipal Caller caller) {
        Instant now = rows.now();
        Schedule before = lock(schedule, caller);
        Schedule changed = checks.changed(before, wanted, now);
        boolean isElsewhen = before.isActive() && !changed.timing().equals(before.timing());
        Schedule kept = isElsewhen ? ticker.scheduled(changed, now) : changed;
        rows.update(kept);
        audit.record("schedule.change", schedule, Audit.Outcome.DONE);
        return View.of(kept);
    }

    @DeleteMapping("/{schedule}")
    ResponseEntity<Void> delete(@PathVariable String schedule, @AuthenticationPrincipal Caller caller) {
        rows.delete(caller.userId(), find(schedule, caller).id());
        audit.record("schedule.delete", schedule, Audit.Outcome.DONE);
        return ResponseEntity.noContent().build();
    }

    /** A run that was asked for. */
    record Accepted(String id, String state) {}

    @PostMapping("/{schedule}/run")
    @Transactional
    public ResponseEntity<Accepted> run(@PathVariable String schedule, @AuthenticationPrincipal Caller caller) {
        RunId run = ticker.startAsked(lock(schedule, caller));
        audit.record("run.start", run.toString(), Audit.Outcome.DONE);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/runs/" + run))
                .body(new Accepted(run.toString(), "QUEUED"));
    }

    @PostMapping("/{schedule}/pause")
    @Transactional
    public View pause(@PathVariable String schedule, @AuthenticationPrincipal Caller caller) {
        Schedule found = lock(schedule, caller);
        if (!found.isActive()) {
            return View.of(found);
        }
        Schedule paused = new Schedule(
                found.id(),
                found.owner(),
                found.name(),
                found.graph(),
                found.version(),
                found.input(),
                found.timing(),
                null,
                found.createdAt());
        rows.update(paused);
        audit.record("schedule.pause", schedule, Audit.Outcome.DONE);
        return View.of(paused);
    }

    /** Due times that passed while it was paused are not made up for. */
    @PostMapping("/{schedule}/resume")
    @Transactional
    public View resume(@PathVariable String schedule, @AuthenticationPrincipal Caller caller) {
        Schedule found = lock(schedule, caller);
        if (found.isActive()) {
            return View.of(found);
        }
        Schedule resumed = ticker.scheduled(found, rows.now());
        rows.update(resumed);
        audit.record("schedule.resume", schedule, Audit.Outcome.DONE);
        return View.of(resumed);
    }

    /** What became of a due time, as the API shows it. */
    record OutcomeView(
            Instant dueAt,
            Outcome.Cause cause,
            Outcome.Kind outcome,
            @Nullable String run,
            @Nullable String detail,
            Instant at) {

        static OutcomeView of(Outcome outcome) {
            return new OutcomeView(
                    outcome.dueAt(),
                    outcome.cause(),
                    outcome.kind(),
                    outcome.run() == null ? null : outcome.run().toString(),
                    outcome.detail(),
                    outcome.at());
        }
    }

    @GetMapping("/{schedule}/outcomes")
    Page<OutcomeView> outcomes(
            @PathVariable String schedule,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        ScheduleId id = find(schedule, caller).id();
        int most = Page.limit(limit);
        String list = "outcomes/" + id;
        long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursors.position(cursor, list, caller));
        List<Outcome> found = rows.outcomes(id, before, most + 1);
        List<OutcomeView> views =
                found.stream().limit(most).map(OutcomeView::of).toList();
        return found.size() <= most
                ? new Page<>(views, null)
                : new Page<>(
                        views, cursors.after(Long.toString(found.get(most - 1).number()), list, caller));
    }

    private Schedule find(String schedule, Caller caller) {
        return ScheduleId.parse(schedule)
                .flatMap(id -> rows.find(caller.userId(), id))
                .orElseThrow(() -> missing(schedule));
    }

    private Schedule lock(String schedule, Caller caller) {
        return ScheduleId.parse(schedule)
                .flatMap(id -> rows.lock(caller.userId(), id))
                .orElseThrow(() -> missing(schedule));
    }

    private static ProblemException missing(String schedule) {
        return ProblemException.notFound("schedule", schedule);
    }
}
