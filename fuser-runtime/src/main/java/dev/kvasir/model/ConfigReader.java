package dev.kvasir.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads {@code config.json} into a {@link ModelConfig}, as the reference classes of the four families read it: older and
 * newer spellings, and the defaults of what is absent. Unknown keys are ignored; nothing is fetched because a file says so.
 */
final class ConfigReader {

    private final ConfigObject config;
    private final Family family;
    private final boolean nested;

    private ConfigReader(ConfigObject config, Family family, boolean nested) {
        this.config = config;
        this.family = family;
        this.nested = nested;
    }

    static ModelConfig read(ConfigObject root) {
        String type = root.text("model_type").orElseThrow(() -> root.invalid("model_type", "is missing"));
        Optional<ConfigObject> text = type.equals("gemma3") ? root.object("text_config") : Optional.empty();
        Family family = Family.ofModelType(text.isPresent() ? Family.GEMMA3.modelType() : type)
                .orElseThrow(() -> root.invalid(
                        "model_type",
                        "%s is not a known architecture; known are llama, qwen2, qwen3 and gemma3_text"
                                .formatted(BoundedJson.shortened(type))));
        if (root.has("quantization_config")) {
            throw root.invalid("quantization_config", "quantised folders are not read; use a GGUF file instead");
        }
        return new ConfigReader(text.orElse(root), family, text.isPresent()).read();
    }

    private ModelConfig read() {
        refuseWhatIsNotComputed();
        int hiddenSize = config.integer("hidden_size", 1, ModelLimits.HIDDEN);
        int layers = config.integer("num_hidden_layers", 1, ModelLimits.LAYERS);
        int heads = orGemmaDefault("num_attention_heads", ModelLimits.HEADS, 8);
        int kvHeads = config.optionalInteger("num_key_value_heads", 1, ModelLimits.HEADS)
                .orElse(nested ? 4 : heads);
        if (heads % kvHeads != 0) {
            throw config.invalid(
                    "num_attention_heads",
                    "%d heads are not a multiple of %d key-value heads".formatted(heads, kvHeads));
        }
        int headDim = headDim(hiddenSize, heads);
        Rope rope = rope("full_attention", "rope_theta", family == Family.GEMMA3 ? 1e6 : 1e4);
        return new ModelConfig(
                family,
                hiddenSize,
                layers,
                heads,
                kvHeads,
                headDim,
                config.integer("intermediate_size", 1, ModelLimits.INTERMEDIATE),
                orGemmaDefault("vocab_size", ModelLimits.VOCABULARY, 262_208),
                contextLength(),
                config.optionalPositive("rms_norm_eps").orElse(1e-6),
                rope,
                family == Family.GEMMA3 ? rope("sliding_attention", "rope_local_base_freq", 1e4) : rope,
                new LayerWindows(config, family).read(layers),
                queryScale(headDim),
                family == Family.GEMMA3 ? Math.sqrt(hiddenSize) : 1,
                config.flag("tie_word_embeddings", tiedByDefault()),
                biases(),
                config.optionalInteger("bos_token_id", 0, ModelLimits.VOCABULARY),
                config.integers("eos_token_id", 0, ModelLimits.VOCABULARY),
                padId());
    }

    private void refuseWhatIsNotComputed() {
        String activation = family.gelu() ? "gelu_pytorch_tanh" : "silu";
        String key = family.gelu() ? "hidden_activation" : "hidden_act";
        config.text(key).filter(name -> !name.equals(activation)).ifPresent(name -> {
            throw config.invalid(
                    key, "is %s; the family computes %s".formatted(BoundedJson.shortened(name), activation));
        });
        for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
            if (config.has(cap)) {
                throw config.invalid(cap, "soft caps are not computed");
            }
        }
        if (config.optionalNumber("partial_rotary_factor").orElse(1) != 1) {
            throw config.invalid("partial_rotary_factor", "partly rotated heads are not computed");
        }
        if (config.flag("use_bidirectional_attention", ConfigObject.Default.FALSE)) {
            throw config.invalid("use_bidirectional_attention", "only causal attention is computed");
        }
    }

    /** Nested Gemma configurations leave out what equals the class's default. */
    private int orGemmaDefault(String key, int max, int fallback) {
        OptionalInt value = config.optionalInteger(key, 1, max);
        if (value.isEmpty() && !nested) {
            throw config.invalid(key, "is missing");
        }
        return value.orElse(fallback);
    }

    private int headDim(int hiddenSize, int heads) {
        OptionalInt given = config.optionalInteger("head_dim", 1, ModelLimits.HEAD_DIM);
        if (given.isEmpty() && !nested && hiddenSize % heads != 0) {
            throw config.invalid(
                    "head_dim",
                    "is missing, and hidden_size %d is not a multiple of %d heads".formatted(hiddenSize, heads));
        }
        int headDim = given.orElse(nested ? 256 : hiddenSize / heads);
        if (headDim % 2 != 0) {
            throw config.invalid("head_dim", "%d is odd; rotary halves need an even width".formatted(headDim));
        }
        return headDim;
    }

    private int contextLength() {
        int fallback = switch (family) {
            case LLAMA -> 2_048;
            case QWEN2, QWEN3 -> 32_768;
            case GEMMA3 -> 131_072;
        };
        return config.optionalInteger("max_position_embeddings", 1, ModelLimits.CONTEXT)
                .orElse(fallback);
    }

    private Rope rope(String layerType, String thetaKey, double fallback) {
        return new RopeReader(config, layerType, thetaKey).read(fallback);
    }

    private double queryScale(int headDim) {
        double scalar = family == Family.GEMMA3
                ? config.optionalPositive("query_pre_attn_scalar").orElse(256)
                : headDim;
        return 1 / Math.sqrt(scalar);
    }

    private ConfigObject.Default tiedByDefault() {
        return family == Family.GEMMA3 ? ConfigObject.Default.TRUE : ConfigObject.Default.FALSE;
    }

    private ModelConfig.Biases biases() {
        boolean attention = config.flag("attention_bias", ConfigObject.Default.FALSE);
        return switch (family) {
            case QWEN2 -> new ModelConfig.Biases(true, false, false);
            case LLAMA ->
                new ModelConfig.Biases(attention, attention, config.flag("mlp_bias", ConfigObject.Default.FALSE));
            case QWEN3, GEMMA3 -> new ModelConfig.Biases(attention, attention, false);
        };
    }

    private OptionalInt padId() {
        return config.optionalInteger("pad_token_id", -1, ModelLimits.VOCABULARY).stream()
                .filter(id -> id >= 0)
                .findFirst();
    }

    /** {@code config} with what generation_config.json says; its end tokens win. */
    static ModelConfig withGeneration(ModelConfig config, GenerationDefaults generation) {
        if (generation.endIds().isEmpty()) {
            return config;
        }
        return config.withEndIds(generation.endIds());
    }
}
