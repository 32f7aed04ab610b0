package dev.kvasir.device;

import dev.kvasir.torch.TorchDevice;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;

/**
 * The slots of one worker. Places each request on one of them, whole: what is used together lies on one device. Safe for
 * several threads.
 */
public final class Devices implements AutoCloseable {

    private final List<DevicePool> pools;

    /** @param pools one a slot, which are closed with this */
    public Devices(List<DevicePool> pools) {
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("A worker has at least one device slot.");
        }
        this.pools = List.copyOf(pools);
    }

    /** This machine's slots, with nothing loaded. */
    public static Devices ofThisMachine() {
        return new Devices(DeviceSlot.ofThisMachine().stream()
                .map(slot -> new DevicePool(slot, PoolSettings.DEFAULT, Clock.systemUTC()))
                .toList());
    }

    /**
     * Takes everything at once on one slot: the one on which the party holds something, else the best for it now.
     *
     * @throws ModelTooLargeException if it can never fit, beside nothing else, on any slot
     * @throws DeviceFullException if what others hold there did not become free in time
     * @throws DeviceExhaustedException if memory ran out while something was loaded
     */
    public Holding acquire(Party party, Needs needs) {
        return pools.stream()
                .filter(pool -> pool.isHeldBy(party))
                .findFirst()
                .orElseGet(() -> best(needs))
                .acquire(party, needs);
    }

    /** Keeps what has this key from being unloaded, on every slot. */
    public void pin(String key) {
        pools.forEach(pool -> pool.pin(key));
    }

    public void unpin(String key) {
        pools.forEach(pool -> pool.unpin(key));
    }

    /** The ledgers, one a slot. */
    public List<PoolSnapshot> snapshot() {
        return pools.stream().map(DevicePool::snapshot).toList();
    }

    /** What the slots are: GPUs all of them, or processors. */
    public TorchDevice kind() {
        return pools.getFirst().slot().torchDevice();
    }

    /** Whether the slots are processors, so that the machine's own memory is what their ledgers tell of. */
    public boolean areProcessors() {
        return kind().isCpu();
    }

    /** Bytes of the slot that has the most. */
    public long largestCapacity() {
        return pools.stream().mapToLong(pool -> pool.slot().capacity()).max().orElseThrow();
    }

    @Override
    public void close() {
        pools.forEach(DevicePool::close);
    }

    private DevicePool best(Needs needs) {
        return pools.stream()
                .map(pool -> new Candidate(pool, pool.fit(needs)))
                .min(Comparator.comparing(Candidate::fit, SlotFit.BEST))
                .orElseThrow()
                .pool();
    }

    private record Candidate(DevicePool pool, SlotFit fit) {}
}
