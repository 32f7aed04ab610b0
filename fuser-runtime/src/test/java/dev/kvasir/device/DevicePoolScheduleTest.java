package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads do what a seeded generator tells each of them; what the pool promises is checked at every step. */
class DevicePoolScheduleTest {

    private static final int THREADS = 12;
    private static final int STEPS = 400;
    private static final DeviceSlot SLOT = Mebibytes.slot("cpu:0", 100);
    private static final PoolSettings SETTINGS =
            new PoolSettings(Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(50));

    private final DevicePool pool = new DevicePool(SLOT, SETTINGS, Clock.systemUTC());
    private final AtomicLong inMemory = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Timeout(60)
    void underAnyScheduleTheLedgerStaysWithinTheDeviceAndAllComesBack(long seed) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = IntStream.range(0, THREADS)
                    .<Future<?>>mapToObj(thread -> callers.submit(() -> run(new Random(seed * 1_000 + thread))))
                    .toList();
            for (Future<?> each : running) {
                each.get();
            }
        }

        PoolSnapshot end = pool.snapshot();
        assertThat(end.parties()).isZero();
        assertThat(end.waiting()).isZero();
        assertThat(end.caches() + end.workspace() + end.loading()).isZero();
        assertThat(end.residents()).allMatch(resident -> resident.users() == 0);
        assertThat(end.weights()).isEqualTo(inMemory.get());
        assertThat(loads.get()).as("things came and went").isGreaterThan(100);
        assertThat(refusals.get()).as("and did not always fit").isPositive();
        pool.close();
        assertThat(pool.snapshot().booked()).isZero();
        assertThat(inMemory).hasValue(0);
    }

    /** A party at a time, which takes things and rooms in any order and lets go of all of it in the end. */
    private void run(Random random) {
        for (int step = 0; step < STEPS; step++) {
            Party party = new Party();
            Deque<Holding> held = new ArrayDeque<>();
            try {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    held.push(pool.acquire(party, needs(random)));
                    check(held);
                }
            } catch (DeviceFullException full) {
                refusals.incrementAndGet();
            } catch (IllegalStateException broken) {
                assertThat(broken).hasMessage("broken on purpose");
            } finally {
                held.forEach(Holding::close);
            }
            pin(random);
        }
    }

    private Needs needs(Random random) {
        List<ResidentRequest<?>> residents = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            residents.add(thing(random.nextInt(9), random.nextInt(50) == 0));
        }
        List<Needs.CacheRequest> caches =
                List.of(new Needs.CacheRequest("kv " + random.nextInt(3), random.nextInt(12) * Mebibytes.ONE));
        return new Needs(residents, caches);
    }

    private ResidentRequest<Counted> thing(int kind, boolean breaks) {
        long bytes = (5 + 4L * kind) * Mebibytes.ONE;
        return new ResidentRequest<>(
                Mebibytes.key("m" + kind), "m" + kind, bytes + kind, 3 * Mebibytes.ONE, Mebibytes.ONE, slot -> {
                    loads.incrementAndGet();
                    if (breaks) {
                        throw new IllegalStateException("broken on purpose");
                    }
                    return new Counted(inMemory, bytes);
                });
    }

    private void check(Deque<Holding> held) {
        PoolSnapshot ledger = pool.snapshot();
        assertThat(ledger.booked()).isBetween(0L, SLOT.capacity());
        assertThat(inMemory.get()).isBetween(0L, SLOT.capacity());
        for (Holding holding : held) {
            for (int kind = 0; kind < 9; kind++) {
                requireThere(holding, thing(kind, false));
            }
        }
    }

    private static void requireThere(Holding holding, ResidentRequest<Counted> request) {
        if (holding.holds(request)) {
            assertThat(holding.get(request).there)
                    .as("nothing in use is unloaded")
                    .isTrue();
        }
    }

    /** One thing is pinned now and then, and soon unpinned again. */
    private void pin(Random random) {
        String key = Mebibytes.key("m" + random.nextInt(2));
        switch (random.nextInt(8)) {
            case 0 -> pool.pin(key);
            case 1, 2, 3 -> pool.unpin(key);
            default -> {}
        }
    }

    private static final class Counted implements Resident {

        private final AtomicLong inMemory;
        private final long bytes;
        private volatile boolean there = true;

        Counted(AtomicLong inMemory, long bytes) {
            this.inMemory = inMemory;
            this.bytes = bytes;
            inMemory.addAndGet(bytes);
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            assertThat(there).as("unloaded once").isTrue();
            there = false;
            inMemory.addAndGet(-bytes);
        }
    }
}
