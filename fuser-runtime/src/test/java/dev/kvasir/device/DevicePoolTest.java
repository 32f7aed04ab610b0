package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvasir.device.Mebibytes.Thing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DevicePoolTest {

    private static final PoolSettings SETTINGS = PoolSettings.DEFAULT.withPatience(Duration.ofMillis(50));

    private final Mebibytes things = new Mebibytes();
    private final TurnedClock clock = new TurnedClock();
    private final DevicePool pool = new DevicePool(Mebibytes.slot("cpu:0", 100), SETTINGS, clock);

    @Test
    void whatIsAskedForTwiceIsLoadedOnce() {
        AtomicInteger loads = new AtomicInteger();
        ResidentRequest<Thing> request = new ResidentRequest<>("model:a", "a", 10 * Mebibytes.ONE, slot -> {
            loads.incrementAndGet();
            return new Thing(things, "a", 10 * Mebibytes.ONE);
        });

        try (Holding first = use(request);
                Holding second = use(request)) {
            assertThat(first.get(request)).isSameAs(second.get(request));
        }

        assertThat(loads).hasValue(1);
        assertThat(pool.snapshot().booked()).isEqualTo(10 * Mebibytes.ONE);
    }

    @Test
    void whatIsUsedLessMakesRoom() {
        useOnce("a", 40);
        useOnce("b", 40);
        useOnce("a", 40);

        useOnce("c", 50);

        assertThat(things.unloaded()).containsExactly("b");
        assertThat(loaded()).containsExactly("a", "c");
        assertThat(pool.snapshot().evictions()).containsExactly(Map.entry(EvictionReason.MADE_ROOM, 1));
    }

    @Test
    void whatLoadsSlowlyForItsBytesStays() {
        use(slow("slow", 40, Duration.ofSeconds(20))).close();
        use(slow("quick", 40, Duration.ofSeconds(2))).close();
        useOnce("quick", 40);
        clock.pass(Duration.ofSeconds(31));

        useOnce("c", 50);

        assertThat(things.unloaded()).containsExactly("quick");
        assertThat(pool.snapshot().residents())
                .extracting(ResidentSnapshot::name, ResidentSnapshot::loadTime)
                .contains(tuple("slow", Duration.ofSeconds(20)));
    }

    @Test
    void oldUsesCountLess() {
        for (int i = 0; i < 8; i++) {
            useOnce("once popular", 40);
        }
        clock.pass(Duration.ofHours(1));
        useOnce("a", 40);
        clock.pass(Duration.ofSeconds(31));

        useOnce("c", 50);

        assertThat(things.unloaded()).containsExactly("once popular");
    }

    @Test
    void whatCameJustNowStaysIfSomethingOlderCanGo() {
        for (int i = 0; i < 8; i++) {
            useOnce("older", 40);
        }
        clock.pass(Duration.ofSeconds(30));
        useOnce("young", 40);

        useOnce("c", 50);

        assertThat(things.unloaded()).containsExactly("older");
    }

    @Test
    void whatCameJustNowGoesIfNothingOlderIsThere() {
        useOnce("young", 80);

        useOnce("c", 50);

        assertThat(things.unloaded()).containsExactly("young");
    }

    @Test
    void nothingIsUnloadedInVain() {
        useOnce("idle", 20);
        try (Holding used = use(things.thing("a", 70))) {
            assertThat(used.slot().name()).isEqualTo("cpu:0");
            assertThatThrownBy(() -> useOnce("b", 40)).isInstanceOf(DeviceFullException.class);
        }
        assertThat(things.unloaded()).isEmpty();
    }

    @Test
    void whatIsInUseIsNeverUnloaded() {
        ResidentRequest<Thing> a = things.thing("a", 80);
        try (Holding used = use(a);
                Holding cache = pool.acquire(new Party(), Mebibytes.cache("a", 5))) {
            assertThat(cache.bookings()).hasSize(1);
            assertThatThrownBy(() -> useOnce("b", 40))
                    .isInstanceOf(DeviceFullException.class)
                    .hasMessage(
                            "'b' needs 40 MiB on device cpu:0; 15 MiB are free and nothing became idle within 0 s. Held: 'a'"
                                    + " 80 MiB in use, the KV cache of a 5 MiB. Try again, or let the worker run fewer islands at"
                                    + " once.");
            assertThat(used.get(a).name()).isEqualTo("a");
        }
        assertThat(things.unloaded()).isEmpty();
    }

    @Test
    void whatIsPinnedIsNeverUnloaded() {
        pool.pin(Mebibytes.key("a"));
        useOnce("a", 80);

        assertThatThrownBy(() -> useOnce("b", 40))
                .isInstanceOf(DeviceFullException.class)
                .hasMessage(
                        "'b' needs 40 MiB on device cpu:0, which has 100 MiB for models, and what is pinned there leaves too"
                                + " little. Held: 'a' 80 MiB pinned. Unpin a model, or use a smaller one.");
        assertThat(pool.snapshot().residents())
                .containsExactly(new ResidentSnapshot(
                        "model:a", "a", ResidentState.READY, 80 * Mebibytes.ONE, 0, true, Duration.ZERO));

        pool.unpin(Mebibytes.key("a"));
        useOnce("b", 40);

        assertThat(things.unloaded()).containsExactly("a");
    }

    @Test
    void whatCanNeverFitIsRefusedBeforeItIsLoaded() {
        assertThatThrownBy(() -> useOnce("whale", 101))
                .isInstanceOf(ModelTooLargeException.class)
                .hasMessage(
                        "'whale' needs 101 MiB, but device cpu:0 has 100 MiB for models. Use a smaller model or a larger"
                                + " device.");
        assertThat(pool.snapshot().booked()).isZero();
    }

    @Test
    void aUnitThatCanNeverFitIsRefusedWhole() {
        Needs unit = new Needs(
                List.of(things.thing("b", 40), things.thing("a", 40)),
                List.of(new Needs.CacheRequest("the KV cache of a", 21 * Mebibytes.ONE)));

        assertThatThrownBy(() -> pool.acquire(new Party(), unit))
                .isInstanceOf(ModelTooLargeException.class)
                .hasMessage(
                        "'a', 'b' and the KV cache of a need 101 MiB, but device cpu:0 has 100 MiB for models. Use a smaller"
                                + " model or a larger device.");
        assertThat(pool.snapshot().booked()).isZero();
    }

    @Test
    void loadingAndEachUseAreBookedForAsLongAsTheyLast() {
        AtomicInteger whileLoading = new AtomicInteger();
        ResidentRequest<Thing> request = new ResidentRequest<>(
                "model:a", "a", 40 * Mebibytes.ONE, 30 * Mebibytes.ONE, 10 * Mebibytes.ONE, slot -> {
                    whileLoading.set((int) (pool.snapshot().booked() >> 20));
                    return new Thing(things, "a", 35 * Mebibytes.ONE);
                });

        try (Holding first = use(request);
                Holding second = use(request)) {
            assertThat(whileLoading).hasValue(80);
            assertThat(first.get(request)).isSameAs(second.get(request));
            PoolSnapshot ledger = pool.snapshot();
            assertThat(ledger.weights()).as("what it is, not the estimate").isEqualTo(35 * Mebibytes.ONE);
            assertThat(ledger.loading()).isZero();
            assertThat(ledger.workspace()).isEqualTo(20 * Mebibytes.ONE);
            assertThat(ledger.free()).isEqualTo(45 * Mebibytes.ONE);
        }

        assertThat(pool.snapshot().booked()).isEqualTo(35 * Mebibytes.ONE);
    }

    @Test
    void whatOutgrowsItsEstimateBeyondTheDeviceIsUnloadedAndRefused() {
        ResidentRequest<Thing> liar = new ResidentRequest<>(
                "model:l", "l", 40 * Mebibytes.ONE, slot -> new Thing(things, "l", 101 * Mebibytes.ONE));

        assertThatThrownBy(() -> use(liar))
                .isInstanceOf(DeviceFullException.class)
                .hasMessage(
                        "'l' took 101 MiB on device cpu:0 where 40 were expected, and 61 MiB more are not free. Held: 'l' 40"
                                + " MiB in use. Try again.");

        assertThat(things.unloaded()).containsExactly("l");
        assertThat(pool.snapshot().booked()).isZero();
    }

    @Test
    void aFailedLoadLeavesNothingBooked() {
        ResidentRequest<Thing> broken = new ResidentRequest<>("model:x", "x", 10 * Mebibytes.ONE, slot -> {
            throw new IllegalStateException("cut short");
        });

        assertThatThrownBy(() -> use(broken)).hasMessage("cut short");

        assertThat(pool.snapshot().booked()).isZero();
        assertThat(loaded()).isEmpty();
        assertThat(pool.snapshot().parties()).isZero();
    }

    @Test
    void roomThatIsNotThereIsTriedForWithoutWaiting() {
        try (Holding model = use(things.thing("a", 60))) {
            assertThat(model.tryBook(List.of(new Needs.CacheRequest("the KV cache of a", 41 * Mebibytes.ONE))))
                    .isEmpty();
            try (Booking room = model.tryBook(List.of(new Needs.CacheRequest("the KV cache of a", 40 * Mebibytes.ONE)))
                    .orElseThrow()
                    .getFirst()) {
                assertThat(room.bytes()).isEqualTo(40 * Mebibytes.ONE);
            }
        }
        assertThat(pool.snapshot().caches()).isZero();
    }

    @Test
    void givingBackTwiceIsGivingBackOnce() {
        Holding used = pool.acquire(
                new Party(), Needs.of(things.thing("a", 10)).with(new Needs.CacheRequest("kv", 5 * Mebibytes.ONE)));
        used.bookings().getFirst().close();
        used.close();
        used.close();

        PoolSnapshot ledger = pool.snapshot();
        assertThat(ledger.caches()).isZero();
        assertThat(ledger.residents()).extracting(ResidentSnapshot::users).containsExactly(0);
        assertThat(ledger.parties()).isZero();
    }

    @Test
    void aClosedPoolUnloadsAllAndGivesNothing() {
        useOnce("a", 10);

        pool.close();

        assertThat(things.unloaded()).containsExactly("a");
        assertThat(pool.snapshot().booked()).isZero();
        assertThatThrownBy(() -> useOnce("a", 10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The pool of device cpu:0 was closed.");
    }

    private ResidentRequest<Thing> slow(String name, long mebibytes, Duration load) {
        return new ResidentRequest<>(Mebibytes.key(name), name, mebibytes * Mebibytes.ONE, slot -> {
            clock.pass(load);
            return new Thing(things, name, mebibytes * Mebibytes.ONE);
        });
    }

    private List<String> loaded() {
        return pool.snapshot().residents().stream().map(ResidentSnapshot::name).toList();
    }

    private void useOnce(String name, long mebibytes) {
        use(things.thing(name, mebibytes)).close();
    }

    private Holding use(ResidentRequest<Thing> request) {
        return pool.acquire(new Party(), Needs.of(request));
    }
}
