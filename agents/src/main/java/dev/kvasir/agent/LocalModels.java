package dev.kvasir.agent;

import dev.kvasir.device.DeviceFullException;
import dev.kvasir.device.DevicePool;
import dev.kvasir.device.ModelTooLargeException;
import dev.kvasir.device.ResidentRequest;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelNotFoundException;
import java.util.function.Supplier;

/** Loads models and fusers onto the device when they are first used, and says in the agents' words why one cannot be. */
final class LocalModels implements AutoCloseable {

    /** Of what a model leaves of a device, its prefixes take at most one part in so many. */
    private static final int PREFIX_SHARE = 8;

    private final ModelCatalog catalog;
    private final DevicePool pool;
    private final long prefixCacheBytes;

    /** @param prefixCacheBytes of each model, at most */
    LocalModels(ModelCatalog catalog, DevicePool pool, long prefixCacheBytes) {
        this.catalog = catalog;
        this.pool = pool;
        this.prefixCacheBytes = prefixCacheBytes;
    }

    /** A model in use, which the caller closes. */
    DevicePool.Use<LocalModel> use(ModelEntry.Local entry, Profile profile) {
        return told(() -> {
            long weights = LocalModel.estimatedBytes(entry, profile);
            long prefixes = prefixBytes(weights);
            return pool.use(new ResidentRequest<>(
                    "model:" + entry.digest() + ":" + profile,
                    entry.name(),
                    weights + prefixes,
                    () -> LocalModel.load(entry, profile, prefixes)));
        });
    }

    /** A model's prefixes are booked with it, whole; whatever fits without them fits with them, and leaves room for caches. */
    private long prefixBytes(long weights) {
        long left = Math.max(0, pool.slot().capacity() - weights);
        return Math.min(prefixCacheBytes, left / PREFIX_SHARE);
    }

    /** A fuser in use, which the caller closes. */
    DevicePool.Use<LocalFuser> use(FuserEntry entry) {
        return told(() -> pool.use(new ResidentRequest<>(
                "fuser:" + entry.digest(),
                entry.name(),
                LocalFuser.estimatedBytes(entry),
                () -> LocalFuser.load(entry))));
    }

    /** Room for a KV cache, which the caller closes with the cache. */
    DevicePool.Booking book(String name, long bytes) {
        return told(() -> pool.book("the KV cache of " + name, bytes));
    }

    Placement placement(LocalModel model) {
        return new Placement(
                pool.slot().name(),
                model.weights().dtype(),
                model.weights().profile().id());
    }

    ModelEntry find(String model) {
        return catalog.model(model)
                .orElseThrow(() -> new AgentException(
                        AgentFault.MODEL_UNKNOWN,
                        "Model '" + model + "' is not on this machine. Add it with: kvasir models add file:PATH"));
    }

    /** A model whose cache can be read or written. */
    ModelEntry.Local findLocal(String model) {
        return switch (find(model)) {
            case ModelEntry.Local local -> local;
            case ModelEntry.Remote remote -> throw noCache(remote);
            case ModelEntry.Echo echo -> throw noCache(echo);
        };
    }

    FuserEntry findFuser(ShareRequest request) {
        if (request.fuser().equals("auto")) {
            return catalog.fuserBetween(request.model(), request.receiverModel())
                    .orElseThrow(() -> new AgentException(
                            AgentFault.NO_FUSER,
                            "No fuser leads from %s to %s. Train one, use TEXT, or set a fallback."
                                    .formatted(request.model(), request.receiverModel())));
        }
        return catalog.fuser(request.fuser())
                .orElseThrow(() -> new AgentException(
                        AgentFault.NO_FUSER, "Fuser '" + request.fuser() + "' is not on this machine."));
    }

    @Override
    public void close() {
        pool.close();
    }

    private static AgentException noCache(ModelEntry model) {
        return new AgentException(
                AgentFault.REMOTE_MODEL,
                "Model '" + model.name() + "' has no KV cache that could be read. Use a TEXT edge.");
    }

    private static <T> T told(Supplier<T> loading) {
        try {
            return loading.get();
        } catch (ModelTooLargeException tooLarge) {
            throw new AgentException(AgentFault.MODEL_TOO_LARGE, String.valueOf(tooLarge.getMessage()), tooLarge);
        } catch (DeviceFullException full) {
            throw new AgentException(AgentFault.OUT_OF_MEMORY, String.valueOf(full.getMessage()), full);
        } catch (ModelNotFoundException gone) {
            throw new AgentException(AgentFault.MODEL_UNKNOWN, String.valueOf(gone.getMessage()), gone);
        } catch (ModelInvalidException refused) {
            throw new AgentException(AgentFault.MODEL_INVALID, String.valueOf(refused.getMessage()), refused);
        }
    }
}
