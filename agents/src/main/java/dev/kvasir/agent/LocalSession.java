package dev.kvasir.agent;

import dev.kvasir.cache.BareCacheFile;
import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.FinishReason;
import dev.kvasir.decoder.Generation;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Booking;
import dev.kvasir.device.Party;
import dev.kvasir.device.ResidentRequest;
import dev.kvasir.prepend.CachePrefix;
import dev.kvasir.tool.ToolSpecification;
import dev.kvasir.torch.TensorScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The part of a session that runs on this machine's devices: it owns the KV caches that nodes leave for each other. */
final class LocalSession implements AutoCloseable {

    private final LocalModels models;
    private final Tenant tenant;
    private final Party party = new Party();
    private final Map<String, KeptCache> kept = new HashMap<>();

    /** @param tenant what its models read is found again for this tenant alone */
    LocalSession(LocalModels models, Tenant tenant) {
        this.models = models;
        this.tenant = tenant;
    }

    AgentReply reply(ModelEntry.Local entry, ReplyRequest request, ReplyListener listener) {
        return request.tools().isEmpty() ? once(entry, request, listener) : inRounds(entry, request, listener);
    }

    /** Each round continues the cache of the one before: only what the tools returned is read. */
    private AgentReply inRounds(ModelEntry.Local entry, ReplyRequest request, ReplyListener listener) {
        try {
            return new ToolRounds(request, listener)
                    .run((before, next, hearing) -> asking(
                            entry, before.isEmpty() ? request.keepingCache() : request.following(next), hearing));
        } finally {
            if (!request.cacheKept()) {
                forget(request.node());
            }
        }
    }

    private AgentReply asking(ModelEntry.Local entry, ReplyRequest round, ReplyListener listener) {
        CallFilter filter = new CallFilter(listener);
        AgentReply reply = once(entry, round, filter);
        Set<String> names = round.tools().specifications().stream()
                .map(ToolSpecification::name)
                .collect(Collectors.toSet());
        WrittenCalls written = WrittenCalls.in(reply.text(), names);
        filter.end(written.said());
        return reply.asking(written.said(), written.calls());
    }

    private AgentReply once(ModelEntry.Local entry, ReplyRequest request, ReplyListener listener) {
        return LocalFaults.told(() -> {
            Stopwatch watch = new Stopwatch();
            if (!request.intake().equals(new Intake.Continued(request.node()))) {
                forget(request.node());
            }
            ModelUse use = use(entry, request);
            try {
                LocalTurn turn = new LocalTurn(use, request, listener, watch, watch.lap());
                return use.guarded(() -> reply(turn));
            } finally {
                if (!isKept(use)) {
                    use.close();
                }
            }
        });
    }

    ShareReply share(ShareRequest request, ReplyListener listener) {
        return LocalFaults.told(() -> {
            forget(request.node());
            Sharing sharing = new Sharing(models, tenant, party, request, kept.values(), listener);
            keep(request.node(), sharing.read());
            return sharing.reply();
        });
    }

    ShareReply prefix(PrefixRequest request, ReplyListener listener) {
        return LocalFaults.told(() -> {
            forget(request.node());
            Prefixing prefixing = new Prefixing(models, tenant, party, request, listener);
            KeptCache.Prefix prefix = prefixing.read();
            keep(request.node(), prefix);
            return prefixing.reply(prefix);
        });
    }

    ShareReply depart(PrefixRequest request, Path target, ReplyListener listener) {
        return LocalFaults.told(() -> new Prefixing(models, tenant, party, request, listener).write(target));
    }

    Packed pack(String node, Path target) {
        return LocalFaults.told(() -> {
            KeptCache.Conversation conversation = conversation(node);
            LocalModel model = conversation.model().get();
            KvCache cache = conversation.cache();
            BareCacheFile.save(
                    target,
                    cache,
                    IntStream.range(0, cache.layers()).boxed().toList(),
                    CacheCodec.NONE,
                    model.weights().config(),
                    ParcelNote.of(conversation).text());
            return new Packed(model.weights().cacheBytes(1, cache.length()), cache.length());
        });
    }

    void arrive(String node, Receiver receiver, Path source) {
        LocalFaults.told(() -> {
            forget(node);
            KeptCache arrived = new Arriving(models, party, receiver).read(source);
            keep(node, arrived);
            return arrived;
        });
    }

    @Override
    public void close() {
        kept.values().forEach(KeptCache::close);
        kept.clear();
    }

    /** The receiver of caches that were shared is in use since then. */
    private ModelUse use(ModelEntry.Local entry, ReplyRequest request) {
        ResidentRequest<LocalModel> wanted =
                models.request(entry, request.options().profile());
        return switch (request.intake()) {
            case Intake.Fused fused
            when shared(fused).getFirst().unit().holds(wanted) ->
                new ModelUse(shared(fused).getFirst().unit(), wanted);
            case Intake.Fused other -> models.use(party, wanted);
            case Intake.Prefixed(String node)
            when prefix(node).unit().holds(wanted) -> new ModelUse(prefix(node).unit(), wanted);
            case Intake.Prefixed other -> models.use(party, wanted);
            case Intake.Continued continued -> models.use(party, wanted);
            case Intake.None none -> models.use(party, wanted);
        };
    }

    private AgentReply reply(LocalTurn turn) {
        return switch (turn.request().intake()) {
            case Intake.None none -> fromText(turn);
            case Intake.Continued(String node) -> continued(turn, conversation(node));
            case Intake.Fused fused ->
                new FusedReply(turn, shared(fused))
                        .make(fused, kept -> keep(turn.request().node(), kept));
            case Intake.Prefixed(String node) -> prefixed(turn, prefix(node));
        };
    }

    private AgentReply fromText(LocalTurn turn) {
        List<Integer> prompt = Prompts.ids(turn.model(), turn.request());
        CacheRoom room = CacheRoom.open(turn.use(), turn.capacity(prompt.size()));
        return answer(
                turn.withLoad(turn.load().plus(turn.watch().lap())),
                room,
                new Reading(prompt, prompt, turn.request().messages(), List.of(), Duration.ZERO, FusionReport.NONE));
    }

    private AgentReply continued(LocalTurn turn, KeptCache.Conversation before) {
        // the profiles may differ: both cache in 32-bit floats, and the edge says so where they do
        if (!before.model().get().name().equals(turn.model().name())) {
            throw new AgentException(
                    AgentFault.FUSER_MISMATCH,
                    "HANDOVER needs the same model at both ends, not %s and %s."
                            .formatted(before.model().get().name(), turn.model().name()));
        }
        List<Integer> next = new ArrayList<>(before.pending());
        next.addAll(Prompts.nextTurn(turn.model(), before.messages(), turn.request()));
        int held = before.cache().length();
        int capacity = turn.capacity(held + next.size());
        Booking booking = turn.use().room(capacity);
        CacheRoom room = new CacheRoom(before.cache().copy(capacity), booking);
        Duration copy = turn.watch().lap();
        List<Message> messages =
                Prompts.continued(before.messages(), turn.request().messages());
        FusionReport taken = FusionReport.continued(turn.model().weights().cacheBytes(1, held));
        return answer(turn, room, new Reading(next, next, messages, before.hidden(), copy, taken));
    }

    private AgentReply prefixed(LocalTurn turn, KeptCache.Prefix before) {
        List<Integer> prompt = Prompts.ids(turn.model(), turn.request());
        int capacity = turn.capacity(before.cache().length() + prompt.size());
        CacheRoom room = room(turn, capacity, before.receiverRoom());
        try {
            CachePrefix.put(before.cache(), room.cache(), before.layers());
        } catch (RuntimeException | Error fault) {
            room.close();
            throw fault;
        }
        Duration copy = turn.watch().lap();
        FusionReport taken = FusionReport.continued(before.bytes());
        return answer(turn, room, new Reading(prompt, prompt, turn.request().messages(), List.of(), copy, taken));
    }

    /** What was booked together with the sharer's, unless it was for another reply. */
    private static CacheRoom room(LocalTurn turn, int capacity, Booking booked) {
        boolean suffices =
                booked.isOpen() && booked.bytes() >= turn.use().cache(capacity).bytes();
        return suffices ? CacheRoom.open(turn.use(), capacity, booked) : CacheRoom.open(turn.use(), capacity);
    }

    /**
     * What is still to be read, what the conversation is then, and what was taken over to get there.
     *
     * @param hidden true where the cache holds padding; may end early or be empty
     */
    private record Reading(
            List<Integer> unread,
            List<Integer> prompt,
            List<Message> messages,
            List<Boolean> hidden,
            Duration copy,
            FusionReport taken) {}

    private AgentReply answer(LocalTurn turn, CacheRoom room, Reading reading) {
        boolean handedOver = false;
        try (TensorScope scope = TensorScope.root()) {
            LocalTurn.Read read = turn.read(scope, tenant, reading.unread(), room.cache(), reading.hidden());
            Duration prefill = turn.watch().lap();
            int promptTokens = room.cache().length();
            Generation generation = turn.decode(
                    new LocalTurn.Prefilled(room.cache(), read.logits(), reading.prompt(), reading.hidden()));
            Duration decode = turn.watch().lap();
            if (turn.request().cacheKept()) {
                List<Integer> pending = pending(generation, room.cache().length() - promptTokens);
                keep(
                        turn.request().node(),
                        new KeptCache.Conversation(
                                turn.use(),
                                room.cache(),
                                pending,
                                reading.messages(),
                                reading.hidden(),
                                room.booking()));
                handedOver = true;
            }
            Duration none = Duration.ZERO;
            return new AgentReply(
                    generation.text(),
                    LocalTurn.reason(generation),
                    promptTokens,
                    generation.ids().size(),
                    read.reused(),
                    new Timings(
                            turn.load(),
                            prefill,
                            none,
                            none,
                            none,
                            reading.copy(),
                            decode,
                            turn.watch().firstToken(),
                            turn.watch().total()),
                    reading.taken(),
                    turn.use().placement());
        } finally {
            if (!handedOver) {
                room.close();
            }
        }
    }

    /** Reply tokens that were chosen but not run through the model; an end token is the template's to write. */
    static List<Integer> pending(Generation generation, int decoded) {
        List<Integer> ids = generation.ids();
        int end = generation.reason() == FinishReason.STOP_TOKEN ? ids.size() - 1 : ids.size();
        return decoded >= end ? List.of() : ids.subList(decoded, end);
    }

    private boolean isKept(ModelUse use) {
        return kept.values().stream().anyMatch(cache -> cache.unit() == use.unit());
    }

    private void keep(String node, KeptCache cache) {
        forget(node);
        kept.put(node, cache);
    }

    /** A node that runs again leaves its cache anew; what it left before need not take room meanwhile. */
    private void forget(String node) {
        KeptCache old = kept.remove(node);
        if (old != null) {
            old.close();
        }
    }

    private KeptCache.Conversation conversation(String node) {
        if (kept.get(node) instanceof KeptCache.Conversation conversation) {
            return conversation;
        }
        throw new IllegalStateException("Node '" + node + "' left no conversation in this session to be continued.");
    }

    private KeptCache.Prefix prefix(String node) {
        if (kept.get(node) instanceof KeptCache.Prefix prefix) {
            return prefix;
        }
        throw new IllegalStateException("Node '" + node + "' left nothing in this session to be put before a cache.");
    }

    private List<KeptCache.Shared> shared(Intake.Fused fused) {
        List<KeptCache.Shared> caches = new ArrayList<>();
        for (Intake.Sharer sharer : fused.sharers()) {
            if (!(kept.get(sharer.node()) instanceof KeptCache.Shared shared)) {
                throw new IllegalStateException("Node '" + sharer.node() + "' shared no cache in this session.");
            }
            caches.add(shared);
        }
        return caches;
    }
}
