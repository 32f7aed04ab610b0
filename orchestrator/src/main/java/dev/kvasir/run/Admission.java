package dev.kvasir.run;

import dev.kvasir.dispatch.Pump;
import dev.kvasir.run.RunRefusedException.Fault;
import dev.kvasir.run.RunRefusedException.Kind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Decides when a run that was taken on may start: at its time, and as its concurrency key says. One that may not yet is QUEUED with none
 * of its steps ready, and a row of {@code run_hold} says why.
 *
 * <p>Whoever decides about a key holds its advisory lock until the transaction ends, and takes it before the row of any run. Runs of a
 * key go on in the order of their holds. Safe for any number of processes.
 */
final class Admission implements Pump.Work {

    private static final int LONGEST_KEY = 200;
    private static final int MOST_DAYS = 366;
    private static final int BATCH = 100;

    /** Open runs of the same key that a run has to wait for: those that have gone on, and those before it. */
    private static final String BEFORE = """
            SELECT o.id FROM run r
            JOIN run o ON o.owner_id = r.owner_id AND o.graph_id = r.graph_id AND o.concurrency_key = r.concurrency_key
            LEFT JOIN run_hold mine ON mine.run_id = r.id
            LEFT JOIN run_hold other ON other.run_id = o.id
            WHERE r.id = :run AND o.id <> r.id AND o.finished_at IS NULL
              AND (other.run_id IS NULL
                   OR (coalesce(other.start_after, '-infinity') <= clock_timestamp()
                       AND (mine.number IS NULL OR other.number < mine.number)))
            ORDER BY o.id""";

    private static final String DUE = """
            SELECT h.run_id FROM run_hold h JOIN run r ON r.id = h.run_id
            WHERE (h.start_after IS NULL OR h.start_after <= clock_timestamp())
              AND (r.finished_at IS NOT NULL OR h.on_conflict <> 'QUEUE' OR NOT EXISTS (
                   SELECT 1 FROM run o LEFT JOIN run_hold other ON other.run_id = o.id
                   WHERE o.owner_id = r.owner_id AND o.graph_id = r.graph_id AND o.concurrency_key = r.concurrency_key
                     AND o.id <> r.id AND o.finished_at IS NULL AND other.run_id IS NULL))
            ORDER BY h.number LIMIT :batch""";

    private final JdbcClient jdbc;
    private final RunRoom room;
    private final RunProperties settings;

    Admission(JdbcClient jdbc, RunRoom room, RunProperties settings) {
        this.jdbc = jdbc;
        this.room = room;
        this.settings = settings;
    }

    /**
     * Looks at a request before anything of it is written.
     *
     * @throws RunRefusedException if its terms cannot be kept; with every fault
     * @throws RunConflictException if it was to start alone, and is not alone
     */
    void check(UUID owner, StartRun request) {
        RunTerms terms = request.terms();
        String key = terms.concurrencyKey();
        if (key == null && terms.onConflict() != null) {
            throw refused("/onConflict", "onConflict needs a concurrencyKey.");
        }
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
            throw refused("/concurrencyKey", "concurrencyKey has 1 to %d characters.".formatted(LONGEST_KEY));
        }
        if (terms.startAfter() != null && isTooFar(terms)) {
            throw refused("/startAfter", "startAfter may be at most %d days ahead.".formatted(MOST_DAYS));
        }
        if (terms.webhook() != null && !hasWebhook(owner, terms.webhook())) {
            String name = HexIds.format("webhook_", terms.webhook());
            throw new RunRefusedException(Kind.WEBHOOK_NOT_FOUND, "There is no webhook '" + name + "'.", List.of());
        }
        if (key != null) {
            refuseUnlessAlone(owner, request, key);
        }
    }

    private void refuseUnlessAlone(UUID owner, StartRun request, String key) {
        lock(owner, request.graph(), key);
        if (request.terms().conflict() == OnConflict.REJECT) {
            jdbc.sql("""
                            SELECT id FROM run
                            WHERE owner_id = :owner AND graph_id = :graph AND concurrency_key = :key AND finished_at IS NULL
                            ORDER BY id LIMIT 1""")
                    .param("owner", owner)
                    .param("graph", request.graph())
                    .param("key", key)
                    .query((row, number) -> new RunId(row.getObject("id", UUID.class)))
                    .optional()
                    .ifPresent(open -> {
                        throw new RunConflictException(open, key);
                    });
        }
    }

    private boolean isTooFar(RunTerms terms) {
        return jdbc.sql("SELECT :at > clock_timestamp() + :days * interval '1 day'")
                .param(
                        "at",
                        terms.startAfter() == null ? null : terms.startAfter().atOffset(ZoneOffset.UTC))
                .param("days", MOST_DAYS)
                .query(Boolean.class)
                .single();
    }

    private boolean hasWebhook(UUID owner, UUID webhook) {
        return jdbc.sql("SELECT count(*) FROM webhook WHERE id = :id AND owner_id = :owner")
                        .param("id", webhook)
                        .param("owner", owner)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Writes a run's terms beside its row, in the same transaction. */
    void write(UUID run, RunTerms terms) {
        if (terms.isNone()) {
            return;
        }
        jdbc.sql("UPDATE run SET concurrency_key = :key, webhook_id = :webhook WHERE id = :run")
                .param("run", run)
                .param("key", terms.concurrencyKey())
                .param("webhook", terms.webhook())
                .update();
        boolean waitsForOthers = terms.concurrencyKey() != null
                && (terms.conflict() == OnConflict.QUEUE || terms.conflict() == OnConflict.CANCEL_PREVIOUS);
        if (waitsForOthers || terms.startAfter() != null) {
            hold(run, terms, waitsForOthers ? terms.conflict() : OnConflict.ALLOW);
        }
    }

    private void hold(UUID run, RunTerms terms, OnConflict conflict) {
        jdbc.sql("INSERT INTO run_hold (run_id, on_conflict, start_after) VALUES (:run, :conflict, :after)")
                .param("run", run)
                .param("conflict", conflict.name())
                .param(
                        "after",
                        terms.startAfter() == null ? null : terms.startAfter().atOffset(ZoneOffset.UTC))
                .update();
        jdbc.sql("""
                        UPDATE run SET queue_deadline_at = greatest(clock_timestamp(), h.start_after) + :queue * interval '1 ms'
                        FROM run_hold h WHERE h.run_id = run.id AND run.id = :run""")
                .param("run", run)
                .param("queue", settings.queueWait().toMillis())
                .update();
    }

    /**
     * Whether a run may start now; its hold is over then. What its key tells it to cancel is cancelled.
     *
     * <p>The caller's transaction holds the lock of the run's key, if it has one.
     */
    boolean admits(UUID run) {
        Hold hold = jdbc.sql("""
                        SELECT on_conflict, coalesce(start_after, '-infinity') <= clock_timestamp() AS due
                        FROM run_hold WHERE run_id = :run""")
                .param("run", run)
                .query((row, number) ->
                        new Hold(OnConflict.valueOf(row.getString("on_conflict")), row.getBoolean("due")))
                .optional()
                .orElse(null);
        if (hold == null) {
            return true;
        }
        if (!hold.due() || (hold.conflict() != OnConflict.ALLOW && !isFirst(run, hold.conflict()))) {
            return false;
        }
        jdbc.sql("DELETE FROM run_hold WHERE run_id = :run").param("run", run).update();
        jdbc.sql("UPDATE run SET queue_deadline_at = clock_timestamp() + :queue * interval '1 ms' WHERE id = :run")
                .param("run", run)
                .param("queue", settings.queueWait().toMillis())
                .update();
        return true;
    }

    private record Hold(OnConflict conflict, boolean due) {}

    private boolean isFirst(UUID run, OnConflict conflict) {
        List<UUID> before = before(run);
        if (conflict == OnConflict.CANCEL_PREVIOUS) {
            for (UUID other : before) {
                room.rows()
                        .lock(other)
                        .filter(row -> !row.state().isFinal())
                        .ifPresent(row -> room.progression().stop(other, RunState.CANCELLED, CancelMode.NOW, null));
            }
            return before(run).isEmpty();
        }
        return before.isEmpty();
    }

    private List<UUID> before(UUID run) {
        return jdbc.sql(BEFORE)
                .param("run", run)
                .query((row, number) -> row.getObject("id", UUID.class))
                .list();
    }

    private void lock(UUID owner, UUID graph, String key) {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
                .param("key", "run/" + owner + "/" + graph + "/" + key)
                .query((row, number) -> key)
                .list();
    }

    /** Lets go on what may go on by now. */
    @Override
    public Duration look() {
        List<UUID> due = jdbc.sql(DUE)
                .param("batch", BATCH)
                .query((row, number) -> row.getObject("run_id", UUID.class))
                .list();
        due.forEach(this::goOnOrFail);
        return untilNext();
    }

    /** A run whose graph is refused by now, because a model is gone, say, ends here instead of being looked at for ever. */
    private void goOnOrFail(UUID run) {
        try {
            room.transactions().run(() -> goOn(run));
        } catch (RunRefusedException refused) {
            StepFault fault = new StepFault(refused.kind().name(), String.valueOf(refused.getMessage()), false, null);
            room.transactions()
                    .run(() -> room.rows()
                            .lock(run)
                            .filter(row -> !row.state().isFinal())
                            .ifPresent(row -> room.progression().stop(run, RunState.FAILED, CancelMode.NOW, fault)));
        }
    }

    private void goOn(UUID run) {
        Key key = jdbc.sql("SELECT owner_id, graph_id, concurrency_key FROM run WHERE id = :run")
                .param("run", run)
                .query((row, number) -> new Key(
                        row.getObject("owner_id", UUID.class),
                        row.getObject("graph_id", UUID.class),
                        row.getString("concurrency_key")))
                .single();
        if (key.text() != null) {
            lock(key.owner(), key.graph(), key.text());
        }
        RunRow row = room.rows().lock(run).orElseThrow();
        if (row.state().isFinal()) {
            jdbc.sql("DELETE FROM run_hold WHERE run_id = :run")
                    .param("run", run)
                    .update();
            return;
        }
        if (isHeld(run) && !row.isStopping() && admits(run)) {
            room.progression().advance(row);
        }
    }

    private record Key(UUID owner, UUID graph, @Nullable String text) {}

    private boolean isHeld(UUID run) {
        return jdbc.sql("SELECT count(*) FROM run_hold WHERE run_id = :run")
                        .param("run", run)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private Duration untilNext() {
        return jdbc.sql("""
                        SELECT ceil(extract(epoch FROM min(start_after) - clock_timestamp()) * 1000)::bigint
                        FROM run_hold WHERE start_after > clock_timestamp()""")
                .query((row, number) -> {
                    long millis = row.getLong(1);
                    return row.wasNull() ? Duration.ofDays(1) : Duration.ofMillis(millis);
                })
                .single();
    }

    private static RunRefusedException refused(String pointer, String detail) {
        return new RunRefusedException(
                Kind.OPTION_OUT_OF_RANGE, detail, List.of(new Fault(null, pointer, null, null, detail, null)));
    }
}
