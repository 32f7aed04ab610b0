package dev.kvasir.agent;

import dev.kvasir.device.Booking;
import dev.kvasir.device.Needs;
import dev.kvasir.device.ResidentRequest;
import java.util.List;
import java.util.function.Supplier;

/**
 * A model in use.
 *
 * @param unit what it is used together with; closed by whoever took it
 */
record ModelUse(Unit unit, ResidentRequest<LocalModel> request) implements AutoCloseable {

    LocalModel get() {
        return unit.get(request);
    }

    /** Room for a KV cache of one row; the model may have been loaded anew then. */
    Booking room(int capacity) {
        return unit.rooms(List.of(cache(capacity))).getFirst();
    }

    /** What a KV cache of one row takes. */
    Needs.CacheRequest cache(int capacity) {
        LocalModel model = get();
        return new Needs.CacheRequest(
                "the KV cache of " + model.name(), model.weights().cacheBytes(1, capacity));
    }

    <T> T guarded(Supplier<T> step) {
        return unit.guarded("'" + request.name() + "' was answering", step);
    }

    Placement placement() {
        LocalModel model = get();
        return new Placement(
                unit.device(),
                model.weights().dtype(),
                model.weights().profile().id());
    }

    @Override
    public void close() {
        unit.close();
    }
}
