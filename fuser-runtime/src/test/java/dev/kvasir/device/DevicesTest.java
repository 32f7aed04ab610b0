package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.device.Mebibytes.Thing;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {

    private final Mebibytes things = new Mebibytes();
    private final DevicePool small = pool("cuda:0", 50);
    private final DevicePool large = pool("cuda:1", 100);
    private final Devices devices = new Devices(List.of(small, large));

    @Test
    void aRequestGoesWhereItFits() {
        assertThat(slotOf(things.thing("a", 60))).isEqualTo("cuda:1");
    }

    @Test
    void aRequestGoesWhereItIsLoadedAlready() {
        Party party = new Party();
        try (Holding first = small.acquire(party, Needs.of(things.thing("a", 10)))) {
            assertThat(first.slot()).isEqualTo(small.slot());
            assertThat(slotOf(things.thing("a", 10))).isEqualTo("cuda:0");
        }
    }

    @Test
    void aRequestGoesElsewhereRatherThanWait() {
        try (Holding used = small.acquire(new Party(), Needs.of(things.thing("a", 10)));
                Booking rest = used.book(List.of(new Needs.CacheRequest("kv", 40 * Mebibytes.ONE)))
                        .getFirst()) {
            assertThat(rest.bytes()).isPositive();
            Needs needs = Needs.of(things.thing("a", 10)).with(new Needs.CacheRequest("kv", Mebibytes.ONE));
            try (Holding other = devices.acquire(new Party(), needs)) {
                assertThat(other.slot().name()).isEqualTo("cuda:1");
            }
        }
    }

    @Test
    void whatIsNowhereGoesWhereLeastGoesOn() {
        try (Holding used = large.acquire(new Party(), Needs.of(things.thing("a", 10)))) {
            assertThat(used.slot()).isEqualTo(large.slot());
            assertThat(slotOf(things.thing("b", 10))).isEqualTo("cuda:0");
        }
    }

    @Test
    void aPartyStaysOnOneSlot() {
        Party party = new Party();
        try (Holding first = devices.acquire(party, Needs.of(things.thing("a", 60)));
                Holding second = devices.acquire(party, Needs.of(things.thing("b", 10)))) {
            assertThat(second.slot()).isEqualTo(first.slot());
        }
    }

    @Test
    void aUnitIsNeverSplit() {
        Needs unit = new Needs(List.of(things.thing("a", 70), things.thing("b", 40)), List.of());

        assertThatThrownBy(() -> devices.acquire(new Party(), unit))
                .isInstanceOf(ModelTooLargeException.class)
                .hasMessage(
                        "'a' and 'b' need 110 MiB, but device cuda:1 has 100 MiB for models. Use a smaller model or a"
                                + " larger device.");
    }

    @Test
    void whatIsPinnedIsPinnedOnEverySlot() {
        devices.pin(Mebibytes.key("a"));
        small.acquire(new Party(), Needs.of(things.thing("a", 10))).close();

        assertThat(devices.snapshot())
                .flatExtracting(PoolSnapshot::residents)
                .extracting(ResidentSnapshot::pinned)
                .containsExactly(true);
        devices.close();
        assertThat(things.unloaded()).containsExactly("a");
    }

    @Test
    void aSlotOffersNineTenthsOfWhatModelsMayHave() {
        assertThat(DeviceSlot.gpu(new TorchDevices.Gpu(1, 80_000, 70_000))).isEqualTo(new DeviceSlot("cuda:1", 63_000));
        assertThat(DeviceSlot.cpu(100_000, 25_000)).isEqualTo(new DeviceSlot("cpu:0", 67_500));
        assertThat(DeviceSlot.cpu(100_000, 100_000)).isEqualTo(new DeviceSlot("cpu:0", 22_500));
    }

    @Test
    void aMachineWithGpusHasASlotForEachAndOneWithoutHasItsProcessor() {
        List<String> gpus =
                TorchDevices.gpus().stream().map(gpu -> "cuda:" + gpu.index()).toList();
        assertThat(DeviceSlot.ofThisMachine())
                .extracting(DeviceSlot::name)
                .containsExactlyElementsOf(gpus.isEmpty() ? List.of("cpu:0") : gpus);
    }

    @Test
    void aSlotsTensorsLieOnTheDeviceItIsNamedAfter() {
        assertThat(new DeviceSlot("cpu:0", 1).torchDevice()).isEqualTo(TorchDevice.CPU);
        assertThat(new DeviceSlot("cuda:1", 1).torchDevice()).isEqualTo(TorchDevice.cuda(1));
        assertThat(devices.kind()).isEqualTo(TorchDevice.cuda(0));
    }

    private String slotOf(ResidentRequest<Thing> request) {
        try (Holding held = devices.acquire(new Party(), Needs.of(request))) {
            return held.slot().name();
        }
    }

    private static DevicePool pool(String name, long mebibytes) {
        return new DevicePool(
                Mebibytes.slot(name, mebibytes),
                PoolSettings.DEFAULT.withPatience(Duration.ofMillis(50)),
                Clock.systemUTC());
    }
}
