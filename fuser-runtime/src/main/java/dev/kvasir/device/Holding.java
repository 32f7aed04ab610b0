package dev.kvasir.device;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What a party was given at once: things in use, which stay loaded, and room. Closing it gives all of it back; closing twice
 * is closing once.
 */
public final class Holding implements AutoCloseable {

    private final DevicePool pool;
    private final Party party;
    private final Ledger.Grant grant;
    private final List<Booking> bookings;
    private final AtomicBoolean closed = new AtomicBoolean();

    Holding(DevicePool pool, Party party, Needs needs, Ledger.Grant grant) {
        this.pool = pool;
        this.party = party;
        this.grant = grant;
        this.bookings = needs.caches().stream()
                .map(cache -> new Booking(pool, party, cache))
                .toList();
    }

    public DeviceSlot slot() {
        return pool.slot();
    }

    public boolean holds(ResidentRequest<?> request) {
        return grant.residents().containsKey(request.key());
    }

    /** One of the residents that was asked for. */
    @SuppressWarnings("unchecked") // a key names its kind, and each kind is of one type
    public <R extends Resident> R get(ResidentRequest<R> request) {
        Residence residence = grant.residents().get(request.key());
        if (residence == null) {
            throw new IllegalArgumentException("'" + request.name() + "' was not asked for, so it is not held.");
        }
        return (R) residence.loaded();
    }

    /** The rooms, in the order in which they were asked for; each may be closed before the rest. */
    public List<Booking> bookings() {
        return bookings;
    }

    /**
     * More room on the same device, waiting for it if need be.
     *
     * @return bookings of their own, which the caller closes
     * @throws DeviceFullException if it does not become free in time
     */
    public List<Booking> book(List<Needs.CacheRequest> caches) {
        return pool.acquire(party, new Needs(List.of(), caches)).bookings();
    }

    /** More room on the same device, all of it or none, without waiting for others. */
    public Optional<List<Booking>> tryBook(List<Needs.CacheRequest> caches) {
        return pool.tryAcquire(party, new Needs(List.of(), caches)).map(Holding::bookings);
    }

    /**
     * Computes with what is held.
     *
     * @param doing what is done, such as {@code 'm' was answering}
     * @throws DeviceExhaustedException if memory ran out; what was idle has been unloaded then
     */
    public <T> T guarded(String doing, Supplier<T> step) {
        return pool.guarded(doing, step);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            bookings.forEach(Booking::close);
            pool.release(party, grant);
        }
    }
}
