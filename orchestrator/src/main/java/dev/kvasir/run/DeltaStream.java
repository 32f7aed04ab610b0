package dev.kvasir.run;

import dev.kvasir.dispatch.Lease;
import dev.kvasir.run.Journal.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Streams what a worker's agents write and call: the events of all of them go into one transaction, at most every 50 ms. A stream whose
 * lease is lost is dropped.
 */
final class DeltaStream implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeltaStream.class);
    private static final int LONGEST_DELTA = 50_000;
    private static final int MOST_WAITING = 4_000_000;

    private final RunRoom room;
    private final JdbcClient jdbc;
    private final Map<Key, Pending> waiting = new LinkedHashMap<>();
    private final Object flushing = new Object();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("deltas").factory());

    DeltaStream(RunRoom room, JdbcClient jdbc) {
        this.room = room;
        this.jdbc = jdbc;
    }

    void start(Duration interval) {
        var _ = thread.scheduleWithFixedDelay(
                this::flushQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes text to be streamed. Never waits for the database. */
    void add(Lease lease, StepRow step, String text, int tokens) {
        synchronized (waiting) {
            Pending pending = waiting.computeIfAbsent(new Key(lease, step.id()), key -> new Pending(step));
            if (pending.text.length() < MOST_WAITING) {
                pending.text.append(text);
            }
            pending.tokens += tokens;
        }
    }

    /** Takes an event to be told behind the text before it. Never waits for the database. */
    void tell(Lease lease, StepRow step, ToolEvents.Told event) {
        synchronized (waiting) {
            waiting.computeIfAbsent(new Key(lease, step.id()), key -> new Pending(step))
                    .tell(event);
        }
    }

    /** Commits what is waiting, before the step's own end is committed. */
    void drain() {
        flushQuietly();
    }

    private void flushQuietly() {
        synchronized (flushing) {
            Map<Key, Pending> taken = take();
            if (taken.isEmpty()) {
                return;
            }
            try {
                room.transactions().run(() -> write(taken));
            } catch (RuntimeException lost) {
                log.warn("Deltas of {} steps could not be streamed: {}", taken.size(), lost.getMessage());
            }
        }
    }

    private Map<Key, Pending> take() {
        synchronized (waiting) {
            Map<Key, Pending> taken = new LinkedHashMap<>(waiting);
            waiting.clear();
            return taken;
        }
    }

    private void write(Map<Key, Pending> taken) {
        taken.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().lease().run()))
                .forEach(entry -> write(entry.getKey().lease(), entry.getValue()));
    }

    private void write(Lease lease, Pending pending) {
        if (room.rows().lock(lease.run()).isEmpty() || !isHeld(lease)) {
            return;
        }
        room.journal().append(lease.run(), pending.entries());
    }

    private boolean isHeld(Lease lease) {
        return jdbc.sql("SELECT 1 FROM island WHERE id = :id AND epoch = :epoch AND state = 'RUNNING'")
                .param("id", lease.island().value())
                .param("epoch", lease.epoch())
                .query((row, number) -> number)
                .optional()
                .isPresent();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private record Key(Lease lease, UUID step) {}

    /** What a step wrote since the last flush. */
    private static final class Pending {

        private final StepRow step;
        private final StringBuilder text = new StringBuilder();
        private final List<Entry> earlier = new ArrayList<>();
        private int tokens;

        Pending(StepRow step) {
            this.step = step;
        }

        void tell(ToolEvents.Told event) {
            earlier.addAll(deltas());
            text.setLength(0);
            tokens = 0;
            earlier.add(Entry.step(event.name(), step, event.data()));
        }

        List<Entry> entries() {
            List<Entry> entries = new ArrayList<>(earlier);
            entries.addAll(deltas());
            return entries;
        }

        private List<Entry> deltas() {
            List<Entry> entries = new ArrayList<>();
            String safe = SafeText.storable(text.toString());
            int start = 0;
            while (start < safe.length()) {
                int end = Math.min(safe.length(), start + LONGEST_DELTA);
                if (end < safe.length() && Character.isHighSurrogate(safe.charAt(end - 1))) {
                    end--;
                }
                entries.add(delta(safe.substring(start, end), start == 0 ? tokens : 0));
                start = end;
            }
            return entries;
        }

        private Entry delta(String part, int counted) {
            return Entry.step(
                    "step.delta", step, Entry.nothing().put("text", part).put("tokens", counted));
        }
    }
}
