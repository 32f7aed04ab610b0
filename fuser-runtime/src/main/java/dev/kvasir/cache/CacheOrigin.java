package dev.kvasir.cache;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.model.Rope;
import dev.kvasir.model.RopeScaling;
import dev.kvasir.torch.ElementType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What computes a cache, and for whom. Two caches of the same tokens are interchangeable only where this is equal.
 *
 * @param model what people call it; part of a file's check, not of the identity
 * @param profile how the model computes, such as {@code exact}: letters, digits, '.', '_' and '-'
 * @param type of the cache's values
 */
public record CacheOrigin(
        String model,
        ModelFingerprint fingerprint,
        String profile,
        ElementType type,
        ModelConfig config,
        TenantSalt tenant) {

    private static final String LAYOUT = "layer-major [kv_heads, tokens, head_dim]";
    private static final String KEYS = "post-rope";

    public CacheOrigin {
        Sha256.checked("hash of the weights", fingerprint.weights());
        Sha256.checked("hash of the tokenizer", fingerprint.tokenizer());
        if (!profile.matches("[A-Za-z0-9._-]{1,40}")) {
            throw new IllegalArgumentException(
                    "A profile's name has 1 to 40 letters, digits, '.', '_' or '-', not '%s'.".formatted(profile));
        }
    }

    /** The origin of a loaded model's caches. */
    public static CacheOrigin of(LoadedModel model, ModelFingerprint fingerprint, String profile, TenantSalt tenant) {
        return new CacheOrigin(model.name(), fingerprint, profile, model.elementType(), model.config(), tenant);
    }

    public CacheOrigin withTenant(TenantSalt other) {
        return new CacheOrigin(model, fingerprint, profile, type, config, other);
    }

    /** Where a chain of tokens begins: SHA-256 over everything here but the name; with the salt itself, not its hash. */
    String seed() {
        List<String> texts = new ArrayList<>(List.of("kvasir kv cache 1", tenant.secret()));
        facts().forEach((field, value) -> {
            if (field != CacheField.MODEL) {
                texts.add(field.key());
                texts.add(value);
            }
        });
        return Sha256.of(texts.toArray(String[]::new));
    }

    /** What a file says of its origin. */
    Map<CacheField, String> facts() {
        Map<CacheField, String> facts = new EnumMap<>(CacheField.class);
        facts.put(CacheField.MODEL, model);
        facts.put(CacheField.WEIGHTS, fingerprint.weights());
        facts.put(CacheField.TOKENIZER, fingerprint.tokenizer());
        facts.put(CacheField.PROFILE, profile);
        facts.put(CacheField.DTYPE, type.name());
        facts.put(CacheField.LAYERS, String.valueOf(config.layers()));
        facts.put(CacheField.KV_HEADS, String.valueOf(config.kvHeads()));
        facts.put(CacheField.HEAD_DIM, String.valueOf(config.headDim()));
        facts.put(CacheField.LAYOUT, LAYOUT);
        facts.put(CacheField.KEYS, KEYS);
        facts.put(CacheField.ROPE, text(config.rope()));
        facts.put(CacheField.SLIDING_ROPE, text(config.slidingRope()));
        facts.put(
                CacheField.WINDOWS,
                config.windows().stream().map(String::valueOf).collect(Collectors.joining(",")));
        facts.put(CacheField.TENANT, tenant.sha256());
        return Collections.unmodifiableMap(facts);
    }

    static String text(Rope rope) {
        return "theta %s, scaling %s"
                .formatted(
                        rope.theta(),
                        switch (rope.scaling()) {
                            case RopeScaling.None() -> "none";
                            case RopeScaling.Linear(double factor) -> "linear " + factor;
                            case RopeScaling.Llama3(double factor, double low, double high, double original) ->
                                "llama3 %s, low %s, high %s, original %s".formatted(factor, low, high, original);
                            case RopeScaling.Divisors(List<Float> divisors) -> "divisors " + divisors;
                        });
    }
}
