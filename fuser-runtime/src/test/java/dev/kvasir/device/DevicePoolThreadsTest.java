package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kvasir.device.Mebibytes.Thing;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads at one pool; each waits for what the test brings about. */
@Timeout(30)
class DevicePoolThreadsTest {

    private final Mebibytes things = new Mebibytes();
    private final DevicePool pool =
            new DevicePool(Mebibytes.slot("cpu:0", 100), PoolSettings.DEFAULT, Clock.systemUTC());
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    @Test
    void whatIsThereIsUsedWhileSomethingElseLoads() throws Exception {
        use(things.thing("there", 20)).close();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch loaded = new CountDownLatch(1);
        Future<?> load = callers.submit(() -> use(held("slow", loading, loaded)).close());
        loading.await();

        use(things.thing("there", 20)).close();
        use(things.thing("other", 20)).close();

        assertThat(pool.snapshot().residents())
                .extracting(ResidentSnapshot::name, ResidentSnapshot::state)
                .contains(tuple("slow", ResidentState.LOADING));
        loaded.countDown();
        load.get();
    }

    @Test
    void twoWhoAskForOneThingLoadItOnceAndBothGetIt() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch loaded = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        ResidentRequest<Thing> inner = held("a", loading, loaded);
        ResidentRequest<Thing> request = new ResidentRequest<>(inner.key(), "a", inner.bytes(), slot -> {
            loads.incrementAndGet();
            return inner.loader().apply(slot);
        });
        Future<Thing> first = callers.submit(() -> got(request));
        loading.await();
        Future<Thing> second = callers.submit(() -> got(request));
        await().until(() -> pool.snapshot().residents().getFirst().users() == 2);
        loaded.countDown();

        assertThat(first.get()).isSameAs(second.get());
        assertThat(loads).hasValue(1);
    }

    @Test
    void aFailedLoadReachesAllWhoWaitForIt() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch loaded = new CountDownLatch(1);
        ResidentRequest<Thing> inner = held("a", loading, loaded);
        ResidentRequest<Thing> broken = new ResidentRequest<>(inner.key(), "a", inner.bytes(), slot -> {
            Thing half = inner.loader().apply(slot);
            throw new IllegalStateException("cut short: " + half.name());
        });
        Future<Thing> first = callers.submit(() -> got(broken));
        loading.await();
        Future<Thing> second = callers.submit(() -> got(broken));
        await().until(() -> pool.snapshot().residents().getFirst().users() == 2);
        loaded.countDown();

        for (Future<Thing> each : List.of(first, second)) {
            assertThatThrownBy(each::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("cut short: a");
        }
        assertThat(pool.snapshot().booked()).isZero();
        assertThat(pool.snapshot().parties()).isZero();
    }

    @Test
    void whatAFailedUnitOwesToAnotherIsLoadedAllTheSame() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch loaded = new CountDownLatch(1);
        ResidentRequest<Thing> inner = held("a", loading, loaded);
        ResidentRequest<Thing> broken = new ResidentRequest<>(inner.key(), "a", inner.bytes(), slot -> {
            Thing half = inner.loader().apply(slot);
            throw new IllegalStateException("cut short: " + half.name());
        });
        ResidentRequest<Thing> b = things.thing("b", 10);
        Future<?> unit = callers.submit(() -> pool.acquire(new Party(), new Needs(List.of(broken, b), List.of()))
                .close());
        loading.await();
        Future<Thing> other = callers.submit(() -> got(b));
        await().until(() -> pool.snapshot().residents().getLast().users() == 2);
        loaded.countDown();

        assertThatThrownBy(unit::get).hasRootCauseMessage("cut short: a");
        assertThat(other.get().name()).isEqualTo("b");
    }

    @Test
    void whoeverCameFirstIsServedFirstEvenIfTheNextWouldFitAlready() throws Exception {
        Holding held = use(things.thing("a", 60));
        Queue<String> served = new ConcurrentLinkedQueue<>();
        Future<?> large = callers.submit(() -> served(things.thing("large", 90), served));
        await().until(() -> pool.snapshot().waiting() == 1);
        Future<?> small = callers.submit(() -> served(things.thing("small", 30), served));
        await().until(() -> pool.snapshot().waiting() == 2);

        held.close();
        large.get();
        small.get();

        assertThat(served).containsExactly("large", "small");
    }

    @Test
    void whoHoldsSomethingGoesBeforeWhoDoesNot() throws Exception {
        Holding island = use(things.thing("a", 40));
        Holding other = use(things.thing("b", 50));
        Future<?> newcomer = callers.submit(() -> use(things.thing("c", 60)).close());
        await().until(() -> pool.snapshot().waiting() == 1);

        Booking room = island.book(List.of(new Needs.CacheRequest("the KV cache of a", 10 * Mebibytes.ONE)))
                .getFirst();

        assertThat(newcomer.isDone()).isFalse();
        room.close();
        other.close();
        newcomer.get();
        island.close();
    }

    @Test
    void whoeverWouldWaitForEachOtherIsToldSoAtOnce() throws Exception {
        Holding first = use(things.thing("a", 40));
        Holding second = use(things.thing("b", 40));
        Future<Booking> waits = callers.submit(() -> first.book(
                        List.of(new Needs.CacheRequest("the KV cache of a", 30 * Mebibytes.ONE)))
                .getFirst());
        await().until(() -> pool.snapshot().waiting() == 1);

        assertThatThrownBy(() -> second.book(List.of(new Needs.CacheRequest("the KV cache of b", 30 * Mebibytes.ONE)))
                        .getFirst())
                .isInstanceOf(DeviceFullException.class)
                .hasMessage(
                        "'the KV cache of b' needs 30 MiB on device cpu:0; 20 MiB are free, and all who hold the rest wait for"
                                + " more themselves. Held: 'a' 40 MiB in use, 'b' 40 MiB in use. Try again, or let the worker run"
                                + " fewer islands at once.");

        second.close();
        waits.get(10, TimeUnit.SECONDS).close();
        first.close();
    }

    @Test
    void unitsThatCrossEachOtherBothComeToAnEnd() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        List<Future<?>> units = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<ResidentRequest<?>> both = i % 2 == 0
                    ? List.of(things.thing("a", 30), things.thing("b", 30), things.thing("fuser ab", 10))
                    : List.of(things.thing("b", 30), things.thing("c", 30), things.thing("fuser bc", 10));
            Needs unit = new Needs(both, List.of(new Needs.CacheRequest("kv", 20 * Mebibytes.ONE)));
            units.add(callers.submit(() -> {
                try (Holding held = pool.acquire(new Party(), unit)) {
                    assertThat(held.bookings()).hasSize(1);
                    ended.incrementAndGet();
                }
            }));
        }
        for (Future<?> unit : units) {
            unit.get();
        }
        assertThat(ended).hasValue(200);
        assertThat(pool.snapshot().parties()).isZero();
        assertThat(pool.snapshot().caches()).isZero();
    }

    @Test
    void waitingEndsWithItsThread() throws Exception {
        Holding all = use(things.thing("a", 100));
        Future<?> waits = callers.submit(() -> use(things.thing("b", 10)).close());
        await().until(() -> pool.snapshot().waiting() == 1);

        assertThat(waits.cancel(true)).isTrue();

        await().until(() -> pool.snapshot().waiting() == 0);
        all.close();
        assertThat(things.unloaded()).isEmpty();
    }

    private ResidentRequest<Thing> held(String name, CountDownLatch loading, CountDownLatch loaded) {
        return new ResidentRequest<>(Mebibytes.key(name), name, 10 * Mebibytes.ONE, slot -> {
            loading.countDown();
            try {
                loaded.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return new Thing(things, name, 10 * Mebibytes.ONE);
        });
    }

    private void served(ResidentRequest<Thing> request, Queue<String> served) {
        try (Holding held = use(request)) {
            served.add(held.get(request).name());
        }
    }

    private Thing got(ResidentRequest<Thing> request) {
        try (Holding held = use(request)) {
            return held.get(request);
        }
    }

    private Holding use(ResidentRequest<Thing> request) {
        return pool.acquire(new Party(), Needs.of(request));
    }
}
