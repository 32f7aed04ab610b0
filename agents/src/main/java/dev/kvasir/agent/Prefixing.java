package dev.kvasir.agent;

import dev.kvasir.agent.Crossover.SharedText;
import dev.kvasir.cache.BareCacheFile;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Booking;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.prepend.CachePrefix;
import dev.kvasir.prepend.LayerScores;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One sharer's reading of its own messages, for a receiver of the same architecture. Used once. */
final class Prefixing {

    private final LocalModels models;
    private final Tenant tenant;
    private final Party party;
    private final PrefixRequest request;
    private final ReplyListener listener;
    private final Stopwatch watch = new Stopwatch();
    private Duration load = Duration.ZERO;
    private Duration choose = Duration.ZERO;
    private Duration prefill = Duration.ZERO;
    private int reused;
    private WireReport wire = WireReport.NONE;
    private @Nullable Placement placement;

    /** @param party the session's */
    Prefixing(LocalModels models, Tenant tenant, Party party, PrefixRequest request, ReplyListener listener) {
        this.models = models;
        this.tenant = tenant;
        this.party = party;
        this.request = request;
        this.listener = listener;
    }

    /** Reads; what is returned owns everything it needs. */
    KeptCache.Prefix read() {
        return read(null);
    }

    /** Reads, and writes what crosses to a file for a receiver on another worker. */
    ShareReply write(Path target) {
        try (KeptCache.Prefix read = read(target)) {
            return reply(read);
        }
    }

    private static void save(Path target, LocalModel sharer, Crossing crossing, KvCache leaving) {
        List<Integer> layers = crossing.layers() == null ? List.of() : crossing.layers();
        BareCacheFile.save(
                target,
                leaving,
                layers,
                Crossover.policy(crossing).codec(),
                sharer.weights().config(),
                "");
    }

    private KeptCache.Prefix read(@Nullable Path target) {
        PairUnit unit = models.pair(party, request);
        try {
            return unit.unit().guarded("'" + request.model() + "' was sharing", () -> read(unit, target));
        } catch (RuntimeException | Error fault) {
            unit.unit().close();
            throw fault;
        }
    }

    private KeptCache.Prefix read(PairUnit unit, @Nullable Path target) {
        CachePrefix.requireOneArchitecture(
                unit.sharer().get().weights(), unit.receiver().get().weights());
        List<Integer> ids = ids(unit.sharer().get(), request.messages());
        requireFits(unit.sharer().get(), ids.size());
        Optional<LayerSample> sample = sample(unit);
        List<Booking> rooms = unit.unit().rooms(caches(unit, ids.size(), sample));
        load = watch.lap();
        List<Integer> layers = crossing(layers(unit, sample));
        choose = watch.lap();
        KvCache cache = unit.sharer().get().weights().newCache(1, ids.size());
        try (TensorScope scope = TensorScope.root()) {
            LocalModel sharer = unit.sharer().get();
            reused = sharer.prefill(this::cancelled)
                    .run(scope, sharer.origin(tenant), CachedTokens.of(ids), cache)
                    .copied();
            prefill = watch.lap();
            wire = cross(sharer, layers, cache, ids, target);
            placement = unit.sharer().placement();
            return new KeptCache.Prefix(unit.receiver(), layers, cache, rooms.getLast());
        } catch (RuntimeException | Error fault) {
            cache.close();
            throw fault;
        }
    }

    /** Of the layers that are wanted, those that cross. */
    private List<Integer> crossing(List<Integer> layers) {
        return layers.stream()
                .filter(Crossover.policy(request.crossing())::lets)
                .toList();
    }

    private WireReport cross(
            LocalModel sharer, List<Integer> layers, KvCache cache, List<Integer> ids, @Nullable Path target) {
        Crossing asked = request.crossing();
        Crossing taken = new Crossing(asked.codec(), layers, asked.noise(), asked.seed(), asked.measured());
        return new Crossover(sharer, tenant, models.noise(), taken, this::cancelled)
                .cross(cache, new SharedText(ids, List.of(), places(sharer, ids)), leaving -> {
                    if (target != null) {
                        save(target, sharer, taken, leaving);
                    }
                });
    }

    /** Where the messages stand: between what the template writes before and behind others too. */
    private List<Integer> places(LocalModel sharer, List<Integer> ids) {
        List<Message> others = request.messages().stream()
                .map(message -> new Message(message.role(), message.content().startsWith("0") ? "1" : "0"))
                .toList();
        List<Integer> other = ids(sharer, others);
        int from = 0;
        while (from < Math.min(ids.size(), other.size()) && ids.get(from).equals(other.get(from))) {
            from++;
        }
        int tail = 0;
        while (tail < Math.min(ids.size(), other.size()) - from
                && ids.get(ids.size() - 1 - tail).equals(other.get(other.size() - 1 - tail))) {
            tail++;
        }
        return IntStream.range(from, ids.size() - tail).boxed().toList();
    }

    /** None where the layers are known without it. */
    private Optional<LayerSample> sample(PairUnit unit) {
        boolean known = request.layers() instanceof LayerChoice.Listed
                || models.layerScores(unit.key()).isPresent();
        return known
                ? Optional.empty()
                : Optional.of(
                        LayerSample.of(unit.sharer().get(), unit.receiver().get()));
    }

    private List<Integer> layers(PairUnit unit, Optional<LayerSample> sample) {
        return switch (request.layers()) {
            case LayerChoice.Listed listed -> listed(listed, unit.receiver().get());
            case LayerChoice.Share(double share) -> {
                LayerScores scores = models.layerScores(unit.key())
                        .orElseGet(() -> sample.orElseThrow()
                                .scores(unit.sharer().get(), unit.receiver().get()));
                models.keepLayerScores(unit.key(), scores);
                yield scores.best(share);
            }
        };
    }

    private static List<Integer> listed(LayerChoice.Listed listed, LocalModel receiver) {
        int count = receiver.weights().config().layers();
        if (!listed.layers().isEmpty() && listed.layers().getLast() >= count) {
            throw new AgentException(
                    AgentFault.FUSER_MISMATCH,
                    "The model %s has layers 0 to %d; there is no layer %d to be put before it."
                            .formatted(
                                    receiver.name(), count - 1, listed.layers().getLast()));
        }
        return listed.layers();
    }

    /** The sharer's at its prompt's length, the receiver's at that of all; or as long as the sample, which runs before them. */
    private List<Needs.CacheRequest> caches(PairUnit unit, int prefix, Optional<LayerSample> sample) {
        int sharers = sample.map(read -> read.sharers().size()).orElse(0);
        int receivers = sample.map(LayerSample::length).orElse(0);
        List<Needs.CacheRequest> caches = new ArrayList<>(List.of(unit.sharer().cache(Math.max(prefix, sharers))));
        Crossover.room(unit.sharer(), request.crossing(), prefix).ifPresent(caches::add);
        caches.add(unit.receiver().cache(Math.max(receiversLength(unit, prefix), receivers)));
        return caches;
    }

    /** One where it runs elsewhere: there is no cache without a position. */
    private int receiversLength(PairUnit unit, int prefix) {
        Receiver receiver = request.receiver();
        if (receiver == null) {
            return 1;
        }
        int own = ids(unit.receiver().get(), receiver.messages()).size();
        return (int) Math.min(unit.receiver().get().contextLength(), (long) prefix + own + receiver.maxTokens());
    }

    private static List<Integer> ids(LocalModel model, List<Message> messages) {
        return Prompts.ids(model, messages, GenerationOptions.GREEDY);
    }

    private static void requireFits(LocalModel sharer, int tokens) {
        if (tokens > sharer.contextLength()) {
            throw new AgentException(
                    AgentFault.PROMPT_TOO_LONG,
                    "The shared prompt has %d tokens, but the sharer %s reads at most %d. Shorten the prompt or use TEXT."
                            .formatted(tokens, sharer.name(), sharer.contextLength()));
        }
    }

    ShareReply reply(KeptCache.Prefix kept) {
        Duration none = Duration.ZERO;
        Placement where = placement;
        if (where == null) {
            throw new IllegalStateException("A sharer replies once it has read");
        }
        return new ShareReply(
                null,
                null,
                kept.cache().length(),
                reused,
                kept.bytes(),
                wire,
                kept.layers(),
                new Timings(load, prefill, choose, none, none, none, none, none, watch.total()),
                where);
    }

    private boolean cancelled() {
        listener.progressed();
        return listener.isCancelled();
    }
}
