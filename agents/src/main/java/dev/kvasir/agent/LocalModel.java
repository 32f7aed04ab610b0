package dev.kvasir.agent;

import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedPrefill;
import dev.kvasir.cache.PrefixStore;
import dev.kvasir.cache.TenantSalt;
import dev.kvasir.decoder.ContinuousBatch;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.device.Resident;
import dev.kvasir.model.ChatTemplate;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.model.Tokenizer;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TorchDevice;
import java.util.function.BooleanSupplier;

/**
 * A model of this machine with what it needs to talk: weights in memory, tokenizer, chat template.
 *
 * @param name as the catalogue calls it
 * @param fingerprint tells its caches from those of others
 * @param decoding what all sessions decode through, together
 * @param prefixBytes that its prefixes take, at most
 * @param prefixes what it has read of prompts, for all sessions, each tenant's apart
 * @param grammars what its replies were held to lately
 */
record LocalModel(
        String name,
        Checkpoint checkpoint,
        ModelFingerprint fingerprint,
        LoadedModel weights,
        ContinuousBatch decoding,
        long prefixBytes,
        PrefixStore prefixes,
        LocalGrammars grammars)
        implements Resident {

    /** Sequences decoded together; a worker runs fewer islands than that. */
    static final int ROWS = 16;

    /** What caches hold and fusers compute in, under either profile. */
    static final ElementType TYPE = ElementType.F32;

    /** @param prefixBytes that its prefixes take, at most */
    static LocalModel load(ModelEntry.Local entry, Profile profile, long prefixBytes, TorchDevice device) {
        Checkpoint checkpoint = Checkpoint.open(entry.path());
        LoadedModel weights = null;
        try {
            weights = LoadedModel.load(checkpoint, profile.decoder(), device);
            return new LocalModel(
                    entry.name(),
                    checkpoint,
                    new ModelFingerprint(entry.digest(), entry.digest()), // one digest covers weights and tokenizer
                    weights,
                    new ContinuousBatch(weights, checkpoint.tokenizer(), ROWS),
                    prefixBytes,
                    new PrefixStore(weights, prefixBytes),
                    new LocalGrammars(entry.name(), checkpoint.tokenizer()));
        } catch (RuntimeException | Error fault) {
            if (weights != null) {
                weights.close();
            }
            checkpoint.close();
            throw fault;
        }
    }

    /** What it will take, from the checkpoint's headers. */
    static Footprint footprint(ModelEntry.Local entry, Profile profile, TorchDevice device) {
        try (Checkpoint checkpoint = Checkpoint.open(entry.path())) {
            return Footprint.of(checkpoint, profile, device);
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

    /** Reads prompts, and only what was not read before. */
    CachedPrefill prefill(BooleanSupplier cancelled) {
        return new CachedPrefill(weights, prefixes, cancelled);
    }

    /** What this model's caches are the caches of, for a tenant. */
    CacheOrigin origin(Tenant tenant) {
        return CacheOrigin.of(weights, fingerprint, weights.profile().id(), new TenantSalt(tenant.id()));
    }

    int contextLength() {
        return weights.config().contextLength();
    }

    @Override
    public long bytes() {
        return weights.bytes() + prefixBytes;
    }

    @Override
    public void close() {
        decoding.close();
        prefixes.close();
        weights.close();
        checkpoint.close();
    }
}
