package dev.kvasir.agent;

import dev.kvasir.device.Booking;
import dev.kvasir.device.Devices;
import dev.kvasir.device.Holding;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.device.Resident;
import dev.kvasir.device.ResidentRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a step uses together, on one device: a model, or a sharer with its receiver and fuser; and the room for its caches.
 * Closing it gives all of that back. For one thread.
 */
final class Unit implements AutoCloseable {

    private final Devices devices;
    private final Party party;
    private final Needs needs;
    private final List<Booking> rooms = new ArrayList<>();
    private Holding holding;

    private Unit(Devices devices, Party party, Needs needs) {
        this.devices = devices;
        this.party = party;
        this.needs = needs;
        this.holding = devices.acquire(party, needs);
    }

    /** Takes all of it at once, loading what is not there. */
    static Unit take(Devices devices, Party party, List<ResidentRequest<?>> residents) {
        return new Unit(devices, party, new Needs(residents, List.of()));
    }

    /** One of the unit; another one after {@link #rooms}, if it had to be loaded again. */
    <R extends Resident> R get(ResidentRequest<R> request) {
        return holding.get(request);
    }

    boolean holds(ResidentRequest<?> request) {
        return holding.holds(request);
    }

    /** Like {@code cpu:0}. */
    String device() {
        return holding.slot().name();
    }

    /**
     * Room for caches. If there is none right now, a unit without any is given back and waited for together with the room, so
     * that nobody who waits holds what another waits for.
     */
    List<Booking> rooms(List<Needs.CacheRequest> caches) {
        List<Booking> taken =
                holding.tryBook(caches).orElseGet(() -> rooms.isEmpty() ? together(caches) : holding.book(caches));
        rooms.addAll(taken);
        return taken;
    }

    /** Does a step; memory that runs out is the device's affair, wherever the unit is by then. */
    <T> T guarded(String doing, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error fault) {
            return holding.guarded(doing, () -> {
                throw fault;
            });
        }
    }

    @Override
    public void close() {
        rooms.forEach(Booking::close);
        holding.close();
    }

    private List<Booking> together(List<Needs.CacheRequest> caches) {
        holding.close();
        holding = devices.acquire(party, new Needs(needs.residents(), caches));
        return holding.bookings();
    }
}
