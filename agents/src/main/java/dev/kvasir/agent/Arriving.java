package dev.kvasir.agent;

import dev.kvasir.cache.BareCacheFile;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.device.Booking;
import dev.kvasir.device.Party;
import java.nio.file.Path;
import java.util.List;

/** The taking over of a cache that came from another worker. Used once. */
final class Arriving {

    private final LocalModels models;
    private final Party party;
    private final Receiver receiver;

    /** @param party the session's */
    Arriving(LocalModels models, Party party, Receiver receiver) {
        this.models = models;
        this.party = party;
        this.receiver = receiver;
    }

    /** Reads a file; what is returned owns everything it needs. */
    KeptCache read(Path source) {
        ModelUse use = models.use(party, models.request(models.findLocal(receiver.model()), receiver.profile()));
        try {
            return use.guarded(() -> read(use, source));
        } catch (RuntimeException | Error fault) {
            use.close();
            throw fault;
        }
    }

    private KeptCache read(ModelUse use, Path source) {
        try (BareCacheFile file = BareCacheFile.open(source)) {
            return ParcelNote.isOne(file.note()) ? conversation(use, file) : prefix(use, file);
        }
    }

    private KeptCache.Prefix prefix(ModelUse use, BareCacheFile file) {
        List<Booking> rooms =
                use.unit().rooms(List.of(use.cache(file.tokens()), use.cache(all(use.get(), file.tokens()))));
        KvCache cache = file.restore(use.get().weights(), file.tokens());
        return new KeptCache.Prefix(use, file.layers(), cache, rooms.getLast());
    }

    private static KeptCache.Conversation conversation(ModelUse use, BareCacheFile file) {
        ParcelNote note = ParcelNote.read(file.note());
        LocalModel model = use.get();
        if (!note.model().equals(model.fingerprint().weights())) {
            throw new AgentException(
                    AgentFault.FUSER_MISMATCH,
                    "HANDOVER needs the same model at both ends, and '%s' is another one on the worker that sent the conversation."
                            .formatted(model.name()));
        }
        Booking room = use.room(file.tokens());
        return new KeptCache.Conversation(
                use,
                file.restore(model.weights(), file.tokens()),
                note.pending(),
                note.messages(),
                note.hidden(),
                room);
    }

    private int all(LocalModel model, int before) {
        int own = Prompts.ids(model, receiver.messages(), GenerationOptions.GREEDY)
                .size();
        return (int) Math.min(model.contextLength(), (long) before + own + receiver.maxTokens());
    }
}
