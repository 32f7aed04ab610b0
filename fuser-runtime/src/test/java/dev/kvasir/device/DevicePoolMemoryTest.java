package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.kvasir.device.Mebibytes.Thing;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Memory that runs out although the ledger had room: libtorch is asked for more than any machine has. */
class DevicePoolMemoryTest {

    /** 4 PiB of floats: more than the 47 bits of a process's addresses. */
    private static final long ABSURD = 1L << 50;

    private final Mebibytes things = new Mebibytes();
    private final DevicePool pool =
            new DevicePool(Mebibytes.slot("cpu:0", 100), PoolSettings.DEFAULT, Clock.systemUTC());

    @Test
    void aStepThatRunsOutUnloadsWhatIsIdleAndHalvesWhoMayCome() {
        pool.acquire(new Party(), Needs.of(things.thing("idle", 10))).close();
        pool.pin(Mebibytes.key("pinned"));
        pool.acquire(new Party(), Needs.of(things.thing("pinned", 10))).close();
        List<Holding> held = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            held.add(pool.acquire(new Party(), Needs.of(things.thing("used", 20))));
        }

        assertThatThrownBy(() -> held.getFirst().guarded("'used' was answering", DevicePoolMemoryTest::allocate))
                .isInstanceOf(DeviceExhaustedException.class)
                .hasMessage(
                        "Device cpu:0 ran out of memory while 'used' was answering, with 40 of 100 MiB booked. Unloaded, since"
                                + " idle: 1; islands that may use the device at once for now: 3. Try again; if it happens again,"
                                + " give the machine more memory or use smaller models.")
                .hasRootCauseInstanceOf(EngineException.class);

        PoolSnapshot after = pool.snapshot();
        assertThat(things.unloaded()).containsExactly("idle");
        assertThat(after.evictions()).containsExactly(Map.entry(EvictionReason.RAN_OUT, 1));
        assertThat(after.limit()).hasValue(3);
        assertThat(after.residents()).extracting(ResidentSnapshot::name).containsExactly("pinned", "used");
        held.forEach(Holding::close);
    }

    @Test
    void aLoadThatRunsOutLeavesNothingBooked() {
        ResidentRequest<Thing> greedy = new ResidentRequest<>("model:g", "g", Mebibytes.ONE, slot -> {
            allocate();
            return new Thing(things, "g", Mebibytes.ONE);
        });

        assertThatThrownBy(() -> pool.acquire(new Party(), Needs.of(greedy)))
                .isInstanceOf(DeviceExhaustedException.class)
                .hasMessageStartingWith("Device cpu:0 ran out of memory while 'g' was being loaded, with 1 of 100 MiB");

        PoolSnapshot after = pool.snapshot();
        assertThat(after.booked()).isZero();
        assertThat(after.residents()).isEmpty();
        assertThat(after.limit()).hasValue(1);
    }

    @Test
    void theHeapRunningOutCountsToo() {
        try (Holding held = pool.acquire(new Party(), Needs.of(things.thing("a", 10)))) {
            assertThatThrownBy(() -> held.guarded("'a' was answering", () -> new long[Integer.MAX_VALUE]))
                    .isInstanceOf(DeviceExhaustedException.class)
                    .hasCauseInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void otherFaultsPassAsTheyAre() {
        try (Holding held = pool.acquire(new Party(), Needs.of(things.thing("a", 10)))) {
            assertThatThrownBy(() -> held.guarded("'a' was answering", () -> {
                        throw new IllegalStateException("out of memory, says a prompt");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(pool.snapshot().limit()).isEmpty();
    }

    @Test
    void afterMemoryRanOutPartiesWaitForEachOtherUntilEnoughHaveEnded() {
        try (Holding first = pool.acquire(new Party(), Needs.of(things.thing("a", 10)))) {
            assertThatThrownBy(() -> first.guarded("'a' was answering", DevicePoolMemoryTest::allocate))
                    .isInstanceOf(DeviceExhaustedException.class);
            assertThat(pool.tryAcquire(new Party(), Needs.of(things.thing("a", 10))))
                    .as("one at once")
                    .isEmpty();
            assertThat(first.tryBook(List.of(new Needs.CacheRequest("the KV cache of a", Mebibytes.ONE))))
                    .as("who is in may have more")
                    .hasValueSatisfying(rooms -> rooms.getFirst().close());
        }
        for (int i = 1; i < Throttle.CALM; i++) {
            assertThat(pool.snapshot().limit()).hasValue(1);
            pool.acquire(new Party(), Needs.of(things.thing("a", 10))).close();
        }
        assertThat(pool.snapshot().limit()).isEmpty();
    }

    private static Tensor allocate() {
        try (TensorScope scope = TensorScope.root()) {
            return scope.zeros(ElementType.F32, ABSURD);
        }
    }
}
