package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DevicePoolTest {

    private static final long MEBIBYTE = 1 << 20;

    private final DevicePool pool = new DevicePool(new DeviceSlot("cpu:0", 100 * MEBIBYTE), Duration.ofMillis(50));
    private final List<String> closed = new ArrayList<>();

    @Test
    void whatIsAskedForTwiceIsLoadedOnce() {
        AtomicInteger loads = new AtomicInteger();
        ResidentRequest<Thing> request = new ResidentRequest<>("model:a", "a", 10 * MEBIBYTE, () -> {
            loads.incrementAndGet();
            return new Thing("a");
        });

        try (DevicePool.Use<Thing> first = pool.use(request);
                DevicePool.Use<Thing> second = pool.use(request)) {
            assertThat(first.get()).isSameAs(second.get());
        }

        assertThat(loads).hasValue(1);
        assertThat(pool.booked()).isEqualTo(10 * MEBIBYTE);
    }

    @Test
    void theOldestIdleThingMakesRoom() {
        pool.use(thing("a", 40)).close();
        pool.use(thing("b", 40)).close();
        pool.use(thing("a", 40)).close();

        pool.use(thing("c", 50)).close();

        assertThat(closed).containsExactly("b");
        assertThat(pool.loaded()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void whatIsInUseIsNeverDropped() {
        try (DevicePool.Use<Thing> used = pool.use(thing("a", 80))) {
            assertThatThrownBy(() -> pool.use(thing("b", 40)))
                    .isInstanceOf(DeviceFullException.class)
                    .hasMessage(
                            "'b' needs 40 MiB on device cpu:0; 20 MiB are free and nothing became idle within 0 s. Try"
                                    + " again, or let the worker run fewer islands at once.");
            assertThat(used.get().name).isEqualTo("a");
        }
        assertThat(closed).isEmpty();
    }

    @Test
    void whatCanNeverFitIsRefusedBeforeItIsLoaded() {
        assertThatThrownBy(() -> pool.use(thing("whale", 101)))
                .isInstanceOf(ModelTooLargeException.class)
                .hasMessage(
                        "'whale' needs 101 MiB, but device cpu:0 has 100 MiB for models. Use a smaller model or a larger"
                                + " device.");
        assertThat(pool.booked()).isZero();
    }

    @Test
    void aFailedLoadLeavesNothingBooked() {
        ResidentRequest<Thing> broken = new ResidentRequest<>("model:x", "x", 10 * MEBIBYTE, () -> {
            throw new IllegalStateException("cut short");
        });

        assertThatThrownBy(() -> pool.use(broken)).hasMessage("cut short");

        assertThat(pool.booked()).isZero();
        assertThat(pool.loaded()).isEmpty();
    }

    @Test
    void underAnyScheduleTheLedgerStaysWithinTheDevice() {
        Random random = new Random(7);
        List<AutoCloseable> held = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            try {
                held.add(
                        random.nextBoolean()
                                ? pool.use(thing("m" + random.nextInt(8), 5 + 5 * random.nextInt(4)))
                                : pool.book("kv", random.nextInt(10) * MEBIBYTE));
            } catch (DeviceFullException full) {
                held.forEach(DevicePoolTest::close);
                held.clear();
            }
            assertThat(pool.booked()).isBetween(0L, 100 * MEBIBYTE);
        }
        held.forEach(DevicePoolTest::close);
        pool.close();
        assertThat(pool.booked()).isZero();
    }

    private static void close(AutoCloseable use) {
        try {
            use.close();
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private ResidentRequest<Thing> thing(String name, long mebibytes) {
        return new ResidentRequest<>("model:" + name, name, mebibytes * MEBIBYTE, () -> new Thing(name));
    }

    private final class Thing implements Resident {

        private final String name;

        Thing(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }
}
