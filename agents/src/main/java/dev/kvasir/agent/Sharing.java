package dev.kvasir.agent;

import dev.kvasir.cache.CachedTokens;
import dev.kvasir.device.DevicePool;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.ChatAligner;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.SharedCache;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One sharer's reading of a receiver's messages. Used once. */
final class Sharing {

    private final LocalModels models;
    private final Tenant tenant;
    private final ShareRequest request;
    private final ReplyListener listener;
    private final Stopwatch watch;
    private final FuserEntry fuser;
    private Duration load = Duration.ZERO;
    private Duration align = Duration.ZERO;
    private Duration prefill = Duration.ZERO;
    private long bytes;
    private @Nullable Placement placement;
    private int positions;
    private int reused;

    Sharing(LocalModels models, Tenant tenant, ShareRequest request, ReplyListener listener, Stopwatch watch) {
        this.models = models;
        this.tenant = tenant;
        this.request = request;
        this.listener = listener;
        this.watch = watch;
        this.fuser = models.findFuser(request);
    }

    /** Reads; what is returned owns everything it needs. */
    KeptCache.Shared read() {
        ModelEntry.Local sharerEntry = models.findLocal(request.model());
        ModelEntry.Local receiverEntry = models.findLocal(request.receiverModel());
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        boolean done = false;
        try (DevicePool.Use<LocalModel> receiver = models.use(receiverEntry, request.receiverProfile())) {
            DevicePool.Use<LocalModel> sharer = own(owned, models.use(sharerEntry, request.profile()));
            requireFit(receiver.get(), sharer.get());
            DevicePool.Use<LocalFuser> loaded = own(owned, models.use(fuser));
            load = watch.lap();
            AlignedPrompt aligned = align(receiver.get(), sharer.get(), loaded.get());
            align = watch.lap();
            DevicePool.Booking booking = own(owned, book(sharer.get(), aligned));
            SharedCache cache = own(owned, prefill(sharer.get(), aligned));
            placement = models.placement(sharer.get());
            done = true;
            return new KeptCache.Shared(sharer, loaded, aligned, cache, booking);
        } finally {
            if (!done) {
                owned.forEach(Sharing::closeQuietly);
            }
        }
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
                new Timings(load, prefill, align, none, none, none, none, none, watch.total()),
                where);
    }

    private AlignedPrompt align(LocalModel receiver, LocalModel sharer, LocalFuser loaded) {
        return ChatAligner.between(
                        receiver.tokenizer(),
                        receiver.chatTemplate(),
                        sharer.tokenizer(),
                        sharer.chatTemplate(),
                        loaded.weights().description().alignment())
                .prompt(Prompts.input(request.messages(), GenerationOptions.GREEDY));
    }

    private SharedCache prefill(LocalModel sharer, AlignedPrompt aligned) {
        positions = FuseRequest.of(aligned).fusibleLength();
        if (positions > sharer.contextLength()) {
            throw new AgentException(
                    AgentFault.PROMPT_TOO_LONG,
                    "The shared prompt has %d tokens, but the sharer %s reads at most %d. Shorten the prompt or use TEXT."
                            .formatted(positions, sharer.name(), sharer.contextLength()));
        }
        CachedTokens prompt = FuseRequest.sharerPrompt(aligned).tokens().first(positions);
        SharedCache cache =
                SharedCache.prefill(sharer.weights(), sharer.prefill(this::cancelled), sharer.origin(tenant), prompt);
        prefill = watch.lap();
        reused = cache.copied();
        bytes = cache.bytes();
        return cache;
    }

    private DevicePool.Booking book(LocalModel sharer, AlignedPrompt aligned) {
        return models.book(sharer.name(), sharer.weights().cacheBytes(1, aligned.length()));
    }

    private void requireFit(LocalModel receiver, LocalModel sharer) {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(fuser.path())) {
            checkpoint.requireFit(receiver.weights().config(), sharer.weights().config());
        }
    }

    private boolean cancelled() {
        listener.progressed();
        return listener.isCancelled();
    }

    private static <T extends AutoCloseable> T own(Deque<AutoCloseable> owned, T resource) {
        owned.push(resource);
        return resource;
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception impossible) {
            throw new IllegalStateException("Closing memory does not fail", impossible);
        }
    }
}
