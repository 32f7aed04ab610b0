package dev.kvasir.agent;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.prepend.LayerScores;
import dev.kvasir.torch.TensorScope;
import java.util.List;

/**
 * The one sample by which layers are chosen. It is the same for every run, so that a pair's layers are too, whatever ran before.
 *
 * @param sharers what the sharer reads of it
 * @param receivers what the receiver reads behind that
 */
record LayerSample(List<Integer> sharers, List<Integer> receivers) {

    private static final String NOTES = "The ferry to the island leaves at nine. Anna took the early train and has the"
            + " tickets. Ben brings the map; the lighthouse is on the north shore.";
    private static final String QUESTION = "Who has the tickets, and where is the lighthouse?";

    static LayerSample of(LocalModel sharer, LocalModel receiver) {
        return new LayerSample(
                Prompts.ids(sharer, List.of(Message.user(NOTES)), GenerationOptions.GREEDY),
                Prompts.ids(receiver, List.of(Message.user(QUESTION)), GenerationOptions.GREEDY));
    }

    int length() {
        return sharers.size() + receivers.size();
    }

    /** The layers' scores; takes the room of two caches of the sample's length. */
    LayerScores scores(LocalModel sharer, LocalModel receiver) {
        try (TensorScope scope = TensorScope.root();
                KvCache read = sharer.weights().newCache(1, sharers.size());
                KvCache cache = receiver.weights().newCache(1, length())) {
            sharer.weights().forward(scope, Forward.of(sharers, read));
            return LayerScores.measured(receiver.weights(), read, cache, receivers, LayerScores.Prior.NONE);
        }
    }
}
