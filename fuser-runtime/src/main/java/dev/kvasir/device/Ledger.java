package dev.kvasir.device;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a device's bytes are booked for, and by whom. Its pool's lock guards it. */
final class Ledger {

    private final DeviceSlot slot;
    private final PoolSettings settings;
    private final TreeMap<String, Residence> residences = new TreeMap<>();
    private final TreeMap<String, Long> caches = new TreeMap<>();
    private final Set<String> pinned = new HashSet<>();
    private final Map<Party, Integer> parties = new HashMap<>();
    private final EnumMap<EvictionReason, Integer> evictions = new EnumMap<>(EvictionReason.class);
    private long workspace;

    Ledger(DeviceSlot slot, PoolSettings settings) {
        this.slot = slot;
        this.settings = settings;
    }

    /**
     * What a request was given.
     *
     * @param residents all that it uses, by key
     * @param mine those of them that it has to load, in the order of their keys
     */
    record Grant(Map<String, Residence> residents, List<Residence> mine, long workspace) {

        Grant {
            residents = Map.copyOf(residents);
            mine = List.copyOf(mine);
        }
    }

    long booked() {
        long bytes = workspace;
        for (Residence residence : residences.values()) {
            bytes += residence.bytes() + residence.loadingBytes();
        }
        for (long cache : caches.values()) {
            bytes += cache;
        }
        return bytes;
    }

    long free() {
        return slot.capacity() - booked();
    }

    /** Bytes by which the needs exceed what is free; zero or less if they fit. */
    long lacking(Needs needs) {
        return asked(needs) + absent(needs) - free();
    }

    /** What would have to be booked if nothing else were there. */
    long alone(Needs needs) {
        return asked(needs) + absent(needs) + sizes(present(needs));
    }

    /** What no waiting would make room for is refused at once. */
    void refuseWhatCannotBe(Needs needs) {
        long alone = alone(needs);
        if (alone > slot.capacity()) {
            throw new ModelTooLargeException(needs, alone, slot);
        }
        if (alone + pinnedBeside(needs) > slot.capacity()) {
            throw DeviceFullException.besidePinned(needs, alone, slot, this);
        }
    }

    /** Bytes that others have pinned, which no waiting frees. */
    private long pinnedBeside(Needs needs) {
        return sizes(residences.values().stream()
                .filter(residence -> isPinned(residence.key()) && !needs.include(residence.key())));
    }

    /** Bytes that are about to be free. */
    long draining() {
        return sizes(residences.values().stream().filter(residence -> residence.state() == ResidentState.DRAINING));
    }

    boolean isDraining(Needs needs) {
        return present(needs).anyMatch(residence -> residence.state() == ResidentState.DRAINING);
    }

    /** Books it all; the caller has seen that it fits. */
    Grant grant(Party party, Needs needs, Instant now) {
        Map<String, Residence> residents = new HashMap<>();
        List<Residence> mine = new ArrayList<>();
        long work = 0;
        for (ResidentRequest<?> request : needs.residents()) {
            Residence residence = residences.get(request.key());
            if (residence == null) {
                residence = new Residence(request, now);
                residences.put(request.key(), residence);
                mine.add(residence);
            }
            residence.join(now, settings.halfLife());
            residents.put(request.key(), residence);
            work += request.workspaceBytes();
        }
        for (Needs.CacheRequest cache : needs.caches()) {
            caches.merge(cache.name(), cache.bytes(), Long::sum);
            parties.merge(party, 1, Integer::sum);
        }
        if (!residents.isEmpty()) {
            parties.merge(party, 1, Integer::sum);
        }
        workspace += work;
        return new Grant(residents, mine, work);
    }

    void release(Party party, Grant grant) {
        if (!grant.residents().isEmpty()) {
            grant.residents().values().forEach(Residence::leave);
            workspace -= grant.workspace();
            leave(party);
        }
    }

    void release(Party party, Needs.CacheRequest cache) {
        caches.computeIfPresent(cache.name(), (name, bytes) -> bytes > cache.bytes() ? bytes - cache.bytes() : null);
        leave(party);
    }

    boolean holds(Party party) {
        return parties.containsKey(party);
    }

    Set<Party> parties() {
        return parties.keySet();
    }

    void pin(String key) {
        pinned.add(key);
    }

    void unpin(String key) {
        pinned.remove(key);
    }

    /** Takes something off that could not be loaded. */
    void fail(Residence residence, Throwable fault) {
        residences.remove(residence.key());
        residence.fail(fault);
    }

    void evicted(Residence residence, EvictionReason reason) {
        residences.remove(residence.key());
        residence.enter(ResidentState.EVICTED);
        evictions.merge(reason, 1, Integer::sum);
    }

    Collection<Residence> residences() {
        return List.copyOf(residences.values());
    }

    List<Residence> idle() {
        return residences.values().stream()
                .filter(residence -> residence.isIdle() && !isPinned(residence.key()))
                .toList();
    }

    /**
     * What shall go for so many bytes: first what has been there for its minimum residency, of that what is worth the least,
     * last used longest ago; nothing if all of it together is too little.
     */
    List<Residence> victims(long bytes, Needs needs, Instant now) {
        List<Residence> order = idle().stream()
                .filter(residence -> !needs.include(residence.key()))
                .sorted(Comparator.comparing(
                                (Residence residence) -> !residence.isSettledFor(settings.minResidency(), now))
                        .thenComparingDouble(residence -> residence.value(now, settings.halfLife()))
                        .thenComparing(Residence::lastUse))
                .toList();
        List<Residence> victims = new ArrayList<>();
        long left = bytes;
        for (Residence residence : order) {
            if (left <= 0) {
                break;
            }
            victims.add(residence);
            left -= residence.bytes();
        }
        return left > 0 ? List.of() : victims;
    }

    /** Like {@code 'a' 80 MiB in use, 'b' 5 MiB pinned, the KV cache of a 2 MiB}. */
    String holders() {
        Stream<String> held = residences.values().stream()
                .filter(residence -> !residence.isIdle() || isPinned(residence.key()))
                .map(residence -> "'%s' %d MiB %s"
                        .formatted(
                                residence.name(),
                                (residence.bytes() + residence.loadingBytes()) >> 20,
                                residence.isIdle() ? "pinned" : "in use"));
        Stream<String> booked =
                caches.entrySet().stream().map(cache -> "%s %d MiB".formatted(cache.getKey(), cache.getValue() >> 20));
        Stream<String> work = workspace == 0 ? Stream.of() : Stream.of("workspace %d MiB".formatted(workspace >> 20));
        return String.join(
                ", ", Stream.of(held, booked, work).flatMap(all -> all).toList());
    }

    boolean fitsIfIdleGoes(Needs needs) {
        return lacking(needs) <= sizes(idle().stream().filter(residence -> !needs.include(residence.key())));
    }

    /** @param waiting requests in line */
    SlotFit fit(Needs needs, int waiting) {
        return new SlotFit(
                alone(needs) <= slot.capacity(),
                waiting == 0 && fitsIfIdleGoes(needs),
                absent(needs),
                parties.size() + waiting,
                free());
    }

    PoolSnapshot snapshot(int waiting, Throttle throttle) {
        return new PoolSnapshot(
                slot,
                sizes(residences.values().stream()),
                residences.values().stream().mapToLong(Residence::loadingBytes).sum(),
                caches.values().stream().mapToLong(Long::longValue).sum(),
                workspace,
                residences.values().stream()
                        .map(residence -> residence.snapshot(isPinned(residence.key())))
                        .toList(),
                evictions,
                parties.size(),
                waiting,
                throttle.limit());
    }

    private void leave(Party party) {
        parties.computeIfPresent(party, (who, held) -> held > 1 ? held - 1 : null);
    }

    private boolean isPinned(String key) {
        return pinned.contains(key);
    }

    private static long asked(Needs needs) {
        return needs.residents().stream()
                        .mapToLong(ResidentRequest::workspaceBytes)
                        .sum()
                + needs.caches().stream().mapToLong(Needs.CacheRequest::bytes).sum();
    }

    private long absent(Needs needs) {
        return needs.residents().stream()
                .filter(request -> !residences.containsKey(request.key()))
                .mapToLong(request -> request.bytes() + request.loadingBytes())
                .sum();
    }

    private Stream<Residence> present(Needs needs) {
        return needs.residents().stream()
                .map(request -> residences.get(request.key()))
                .filter(Objects::nonNull);
    }

    private static long sizes(Stream<Residence> residences) {
        return residences.mapToLong(Residence::bytes).sum();
    }
}
