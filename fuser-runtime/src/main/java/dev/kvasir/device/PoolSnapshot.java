package dev.kvasir.device;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A device's ledger at one moment; all sizes in bytes.
 *
 * @param weights of everything that is loaded, being loaded or being unloaded
 * @param loading taken for the time of loading only
 * @param caches booked for KV caches, each at its full length
 * @param workspace booked for the activations of those who use something
 * @param residents in the order of their keys
 * @param evictions how many, by reason; absent if none
 * @param parties who hold something
 * @param waiting requests in line
 * @param limit of parties at once, after memory ran out; empty if there is none
 */
public record PoolSnapshot(
        DeviceSlot slot,
        long weights,
        long loading,
        long caches,
        long workspace,
        List<ResidentSnapshot> residents,
        Map<EvictionReason, Integer> evictions,
        int parties,
        int waiting,
        OptionalInt limit) {

    public PoolSnapshot {
        residents = List.copyOf(residents);
        EnumMap<EvictionReason, Integer> ordered = new EnumMap<>(EvictionReason.class);
        ordered.putAll(evictions);
        evictions = Collections.unmodifiableMap(ordered);
    }

    /** Everything that is booked; never more than the slot's capacity. */
    public long booked() {
        return weights + loading + caches + workspace;
    }

    public long free() {
        return slot.capacity() - booked();
    }
}
