package dev.kvasir.agent;

import dev.kvasir.decoder.ContinuousBatch;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.device.Resident;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.torch.ElementType;

/**
 * A model of this machine with what it needs to talk: weights in memory, tokenizer, chat template.
 *
 * @param name as the catalogue calls it
 * @param decoding what all sessions decode through, together
 */
record LocalModel(String name, Checkpoint checkpoint, LoadedModel weights, ContinuousBatch decoding)
        implements Resident {

    /** Sequences decoded together; a worker runs fewer islands than that. */
    private static final int ROWS = 16;

    /** What caches hold and fusers compute in, under either profile. */
    static final ElementType TYPE = ElementType.F32;

    static LocalModel load(ModelEntry.Local entry, Profile profile) {
        Checkpoint checkpoint = Checkpoint.open(entry.path());
        try {
            LoadedModel weights = LoadedModel.load(checkpoint, profile.decoder());
            return new LocalModel(
                    entry.name(), checkpoint, weights, new ContinuousBatch(weights, checkpoint.tokenizer(), ROWS));
        } catch (RuntimeException | Error fault) {
            checkpoint.close();
            throw fault;
        }
    }

    /** Bytes of its weights once they are loaded, from the checkpoint's headers. */
    static long estimatedBytes(ModelEntry.Local entry, Profile profile) {
        try (Checkpoint checkpoint = Checkpoint.open(entry.path())) {
            return LoadedModel.estimatedBytes(checkpoint, profile.decoder());
        }
    }

    Tokenizer tokenizer() {
        return checkpoint.tokenizer();
    }

    ChatTemplate chatTemplate() {
        return checkpoint
                .chatTemplate()
                .orElseThrow(() -> new AgentException(
                        AgentFault.MODEL_INVALID,
                        "Model '" + name + "' has no chat template, so it cannot take part in a conversation. Add"
                                + " chat_template.jinja to its folder."));
    }

    int contextLength() {
        return weights.config().contextLength();
    }

    @Override
    public void close() {
        decoding.close();
        weights.close();
        checkpoint.close();
    }
}
