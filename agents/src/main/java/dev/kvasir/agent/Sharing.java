package dev.kvasir.agent;

import dev.kvasir.agent.Crossover.SharedText;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.device.Booking;
import dev.kvasir.device.Needs;
import dev.kvasir.device.Party;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.SharedCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sharer's reading of a receiver's messages. Used once. */
final class Sharing {

    private final LocalModels models;
    private final Tenant tenant;
    private final Party party;
    private final ShareRequest request;
    private final ReplyListener listener;
    private final Stopwatch watch = new Stopwatch();
    private final FuserEntry fuser;
    private final boolean roomKept;
    private Duration load = Duration.ZERO;
    private Duration align = Duration.ZERO;
    private Duration prefill = Duration.ZERO;
    private long bytes;
    private @Nullable Placement placement;
    private int positions;
    private int reused;
    private WireReport wire = WireReport.NONE;

    /** @param others what the session keeps already; one of them may keep the room for the receiver's cache */
    Sharing(
            LocalModels models,
            Tenant tenant,
            Party party,
            ShareRequest request,
            Collection<KeptCache> others,
            ReplyListener listener) {
        this.models = models;
        this.tenant = tenant;
        this.party = party;
        this.request = request;
        this.listener = listener;
        this.fuser = models.findFuser(request);
        this.roomKept = others.stream()
                .anyMatch(other -> other instanceof KeptCache.Shared shared && shared.keepsRoomFor(request));
    }

    /** Reads; what is returned owns everything it needs. */
    KeptCache.Shared read() {
        C2cUnit unit = models.unit(party, request, fuser);
        try {
            return unit.unit().guarded("'" + request.model() + "' was sharing", () -> read(unit));
        } catch (RuntimeException | Error fault) {
            unit.unit().close();
            throw fault;
        }
    }

    private KeptCache.Shared read(C2cUnit unit) {
        unit.requireFit();
        load = watch.lap();
        AlignedPrompt aligned = align(unit.receiver().get(), unit.sharer().get(), unit.fuser());
        align = watch.lap();
        List<Booking> rooms = unit.unit().rooms(caches(unit, aligned));
        load = load.plus(watch.lap());
        SharedCache cache = prefill(unit.sharer().get(), aligned);
        placement = unit.sharer().placement();
        return new KeptCache.Shared(unit, request, aligned, cache, roomKept ? null : rooms.getLast());
    }

    /** The sharer's at the prompt's length, the receiver's at that of prompt and reply. */
    private List<Needs.CacheRequest> caches(C2cUnit unit, AlignedPrompt aligned) {
        List<Needs.CacheRequest> caches = new ArrayList<>(List.of(unit.sharer().cache(aligned.length())));
        Crossover.room(unit.sharer(), request.crossing(), aligned.sharerLength())
                .ifPresent(caches::add);
        if (roomKept) {
            return caches;
        }
        long longest = (long) aligned.length() + request.maxTokens();
        int capacity = (int) Math.min(unit.receiver().get().contextLength(), longest);
        caches.add(unit.receiver().cache(capacity));
        return caches;
    }

    ShareReply reply() {
        Duration none = Duration.ZERO;
        Placement where = placement;
        if (where == null) {
            throw new IllegalStateException("A sharer replies once it has read");
        }
        return new ShareReply(
                fuser.name(),
                fuser.digest(),
                positions,
                reused,
                bytes,
                wire,
                List.of(),
                new Timings(load, prefill, align, none, none, none, none, none, watch.total()),
                where);
    }

    private AlignedPrompt align(LocalModel receiver, LocalModel sharer, LocalFuser loaded) {
        return ChatAligner.between(
                        receiver.tokenizer(),
                        receiver.chatTemplate(),
                        sharer.tokenizer(),
                        sharer.chatTemplate(),
                        loaded.weights().description())
                .prompt(
                        Prompts.input(request.messages(), GenerationOptions.GREEDY),
                        switch (request.sections()) {
                            case MESSAGES -> dev.kvasir.fuser.FusedSections.MESSAGES;
                            case ALL -> dev.kvasir.fuser.FusedSections.ALL;
                        });
    }

    private SharedCache prefill(LocalModel sharer, AlignedPrompt aligned) {
        positions = aligned.sharerLength();
        if (positions > sharer.contextLength()) {
            throw new AgentException(
                    AgentFault.PROMPT_TOO_LONG,
                    "The shared prompt has %d tokens, but the sharer %s reads at most %d. Shorten the prompt or use TEXT."
                            .formatted(positions, sharer.name(), sharer.contextLength()));
        }
        CachedTokens prompt = FuseRequest.sharerPrompt(aligned).tokens().first(positions);
        SharedCache read =
                SharedCache.prefill(sharer.weights(), sharer.prefill(this::cancelled), sharer.origin(tenant), prompt);
        try {
            prefill = watch.lap();
            read.cross(cache -> wire = new Crossover(
                            sharer, tenant, models.noise(), request.crossing(), this::cancelled)
                    .cross(
                            cache,
                            new SharedText(aligned.sharerIds(), aligned.sharerPads(), aligned.sharerMessagePlaces()),
                            leaving -> {}));
            SharedCache cache = read.beside(aligned);
            reused = cache.copied();
            bytes = cache.bytes();
            return cache;
        } catch (RuntimeException | Error fault) {
            read.close();
            throw fault;
        }
    }

    private boolean cancelled() {
        listener.progressed();
        return listener.isCancelled();
    }
}
