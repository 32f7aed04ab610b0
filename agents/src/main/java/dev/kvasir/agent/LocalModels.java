package dev.kvasir.agent;

import dev.kvasir.device.Devices;
import dev.kvasir.device.Party;
import dev.kvasir.device.ResidentRequest;
import dev.kvasir.prepend.LayerScores;
import dev.kvasir.wire.NoiseKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Finds models and fusers in the catalogue, and puts them on a device when they are first used. */
final class LocalModels implements AutoCloseable {

    /** Of what a model leaves of a device, its prefixes take at most one part in so many. */
    private static final int PREFIX_SHARE = 8;

    private final ModelCatalog catalog;
    private final Devices devices;
    private final long prefixCacheBytes;
    private final Supplier<NoiseKey> noise;
    private final Map<String, Footprint> footprints = new ConcurrentHashMap<>();
    private final Map<String, LayerScores> layerScores = new ConcurrentHashMap<>();

    /**
     * Loads nothing yet.
     *
     * @param prefixCacheBytes of each model, at most
     * @param noise asked for when a cache crosses
     */
    LocalModels(ModelCatalog catalog, Devices devices, long prefixCacheBytes, Supplier<NoiseKey> noise) {
        this.catalog = catalog;
        this.devices = devices;
        this.prefixCacheBytes = prefixCacheBytes;
        this.noise = noise;
    }

    /** A model in use by itself, which the caller closes. */
    ModelUse use(Party party, ResidentRequest<LocalModel> request) {
        return new ModelUse(Unit.take(devices, party, List.of(request)), request);
    }

    /** Sharer, receiver and fuser in use together, whose unit the caller closes. */
    C2cUnit unit(Party party, ShareRequest share, FuserEntry fuserEntry) {
        return unit(
                party,
                request(findLocal(share.model()), share.profile()),
                request(findLocal(share.receiverModel()), share.receiverProfile()),
                fuserEntry);
    }

    /** The same of two models that were looked up. */
    C2cUnit unit(
            Party party,
            ResidentRequest<LocalModel> sharer,
            ResidentRequest<LocalModel> receiver,
            FuserEntry fuserEntry) {
        ResidentRequest<LocalFuser> fuser = request(fuserEntry);
        return new C2cUnit(Unit.take(devices, party, List.of(sharer, receiver, fuser)), sharer, receiver, fuser);
    }

    /** Sharer and receiver in use together, whose unit the caller closes; the sharer alone where the receiver runs elsewhere. */
    PairUnit pair(Party party, PrefixRequest prefix) {
        ResidentRequest<LocalModel> sharer = request(findLocal(prefix.model()), prefix.profile());
        Receiver wanted = prefix.receiver();
        ResidentRequest<LocalModel> receiver =
                wanted == null ? sharer : request(findLocal(wanted.model()), wanted.profile());
        return new PairUnit(Unit.take(devices, party, List.of(sharer, receiver)), sharer, receiver);
    }

    /** What the noise of wire policies is drawn by. */
    NoiseKey noise() {
        return noise.get();
    }

    /** What {@link #keepLayerScores} kept under {@link PairUnit#key}. */
    Optional<LayerScores> layerScores(String pair) {
        return Optional.ofNullable(layerScores.get(pair));
    }

    void keepLayerScores(String pair, LayerScores scores) {
        layerScores.put(pair, scores);
    }

    ResidentRequest<LocalModel> request(ModelEntry.Local entry, Profile profile) {
        String key = "model:" + entry.digest() + ":" + profile;
        Footprint footprint = footprints.get(key);
        if (footprint == null) {
            footprint = LocalModel.footprint(entry, profile, devices.kind());
            footprints.put(key, footprint);
        }
        long prefixes = prefixBytes(footprint.weights());
        return new ResidentRequest<>(
                key,
                entry.name(),
                footprint.weights() + prefixes,
                footprint.loading(),
                footprint.workspace(),
                slot -> LocalModel.load(entry, profile, prefixes, slot.torchDevice()));
    }

    /** A model's prefixes are booked with it, whole; whatever fits without them fits with them, and leaves room for caches. */
    private long prefixBytes(long weights) {
        long left = Math.max(0, devices.largestCapacity() - weights);
        return Math.min(prefixCacheBytes, left / PREFIX_SHARE);
    }

    private static ResidentRequest<LocalFuser> request(FuserEntry entry) {
        return new ResidentRequest<>(
                "fuser:" + entry.digest(),
                entry.name(),
                LocalFuser.estimatedBytes(entry),
                slot -> LocalFuser.load(entry, slot.torchDevice()));
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
        return findFuser(request.fuser());
    }

    FuserEntry findFuser(String name) {
        return catalog.fuser(name)
                .orElseThrow(
                        () -> new AgentException(AgentFault.NO_FUSER, "Fuser '" + name + "' is not on this machine."));
    }

    @Override
    public void close() {
        devices.close();
    }

    private static AgentException noCache(ModelEntry model) {
        return new AgentException(
                AgentFault.REMOTE_MODEL,
                "Model '" + model.name() + "' has no KV cache that could be read. Use a TEXT edge.");
    }
}
