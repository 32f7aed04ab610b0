package dev.kvasir.agent;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Needs;
import dev.kvasir.wire.Candidates;
import dev.kvasir.wire.NoiseKey;
import dev.kvasir.wire.Recovery;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.ShownCache;
import dev.kvasir.wire.TokenRecovery;
import dev.kvasir.wire.WirePolicy;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets a sharer's cache cross as its edge says, and measures what can be read back from what arrives. */
final class Crossover {

    /** Measuring runs each through the sharer, behind every token of the text. */
    private static final int CANDIDATES = 256;

    private final LocalModel sharer;
    private final Tenant tenant;
    private final NoiseKey noise;
    private final Crossing crossing;
    private final BooleanSupplier cancelled;

    /**
     * For one cache.
     *
     * @param sharer that read it
     * @param tenant whose text it read
     * @param noise of this installation
     */
    Crossover(LocalModel sharer, Tenant tenant, NoiseKey noise, Crossing crossing, BooleanSupplier cancelled) {
        this.sharer = sharer;
        this.tenant = tenant;
        this.noise = noise;
        this.crossing = crossing;
        this.cancelled = cancelled;
    }

    /** What measuring takes beside the cache; nothing where nothing is measured. */
    static Optional<Needs.CacheRequest> room(ModelUse sharer, Crossing crossing, int length) {
        return crossing.measured()
                ? Optional.of(sharer.cache(Math.max(length, TokenRecovery.MOST_POSITIONS)))
                : Optional.empty();
    }

    /** What an edge's request means for a cache. */
    static WirePolicy policy(Crossing crossing) {
        CacheCodec codec = switch (crossing.codec()) {
            case F32 -> CacheCodec.NONE;
            case INT8 -> CacheCodec.INT8;
            case INT4 -> CacheCodec.INT4;
        };
        return new WirePolicy(codec, crossing.layers(), crossing.noise());
    }

    /**
     * Changes the cache to what arrives.
     *
     * @param text what it has read
     * @param leaving sees the cache as it is to be written in the crossing's codec
     */
    WireReport cross(KvCache cache, SharedText text, Consumer<KvCache> leaving) {
        WirePolicy policy = policy(crossing);
        policy.blur(cache, noise.generator(purpose(policy, text)));
        leaving.accept(cache);
        policy.codec().round(cache, 0, cache.length());
        List<Integer> layers = policy.leaving(cache.layers());
        long bytes = cache.length() == 0 ? 0 : policy.bytes(cache, layers.size(), cache.length());
        return new WireReport(
                crossing.codec(),
                bytes,
                layers,
                crossing.noise(),
                crossing.measured() ? risk(cache, text, layers) : null);
    }

    /** No two texts, models, tenants, edges, seeds or policies share any noise: else two crossings would tell what one hides. */
    private List<String> purpose(WirePolicy policy, SharedText text) {
        return List.of(
                tenant.id(),
                sharer.fingerprint().weights(),
                sharer.weights().profile().id(),
                policy.toString(),
                String.valueOf(crossing.seed()),
                text.ids().toString(),
                text.hidden().toString());
    }

    private WireReport.Risk risk(KvCache cache, SharedText text, List<Integer> layers) {
        ShownCache shown = new ShownCache(cache, text.ids(), text.hidden(), text.places(), layers);
        List<Integer> truth = text.places().stream().map(text.ids()::get).toList();
        List<Integer> candidates = Candidates.of(
                sharer.weights().config().vocabularySize(), truth, CANDIDATES, new Random(crossing.seed()));
        TokenRecovery recovery = new TokenRecovery(sharer.weights(), candidates, cancelled);
        Recovery alone = recovery.of(List.of(shown), Attack.ALONE);
        Recovery inContext = recovery.of(List.of(shown), Attack.IN_CONTEXT);
        return new WireReport.Risk(alone.tokens(), candidates.size(), read(alone), read(inContext));
    }

    private static WireReport.Read read(Recovery recovery) {
        return new WireReport.Read(Math.max(recovery.best(), recovery.voted()), recovery.bestLayer());
    }

    /**
     * What a sharer has read.
     *
     * @param ids of all tokens
     * @param hidden true where a padding token stands; empty if none does
     * @param places of the text, without what the chat template writes around it, ascending
     */
    record SharedText(List<Integer> ids, List<Boolean> hidden, List<Integer> places) {}
}
