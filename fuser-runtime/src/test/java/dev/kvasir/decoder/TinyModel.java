package dev.kvasir.decoder;

import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Rope;
import dev.kvasir.model.RopeScaling;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TorchDevice;
import java.util.List;
import java.util.OptionalInt;

/** A model of any family small enough to be made up: three layers, vocabulary 32, context 300. */
public final class TinyModel {
    private static final int HIDDEN = 12;
    private static final int LAYERS = 3;
    private static final int HEADS = 6;
    private static final int KV_HEADS = 2;
    private static final int HEAD_DIM = 4;
    private static final int INNER = 20;
    public static final int VOCABULARY = 32;
    static final int CONTEXT = 300;

    private TinyModel() {}

    public static LoadedModel load(Family family, ElementType type) {
        return LoadedModel.load("tiny", config(family), weights(family), type);
    }

    public static LoadedModel load(Family family, Profile profile, TorchDevice device) {
        return LoadedModel.load("tiny", config(family), weights(family), profile, device);
    }

    static LoadedModel load(Family family, LinearKernel kernel) {
        return LoadedModel.load("tiny", config(family), weights(family), ElementType.F32, kernel);
    }

    public static ModelConfig config(Family family) {
        boolean gemma = family == Family.GEMMA3;
        return new ModelConfig(
                family,
                HIDDEN,
                LAYERS,
                HEADS,
                KV_HEADS,
                HEAD_DIM,
                INNER,
                VOCABULARY,
                CONTEXT,
                1e-6,
                new Rope(1e6, new RopeScaling.None()),
                new Rope(1e4, new RopeScaling.None()),
                gemma ? List.of(5, 5, 0) : List.of(0, 0, 0),
                0.5,
                gemma ? Math.sqrt(HIDDEN) : 1,
                true,
                new ModelConfig.Biases(family == Family.QWEN2, false, false),
                OptionalInt.empty(),
                List.of(),
                OptionalInt.empty());
    }

    static FilledWeights weights(Family family) {
        FilledWeights weights = new FilledWeights()
                .with("model.embed_tokens.weight", 1, VOCABULARY, HIDDEN)
                .with("model.norm.weight", 2, HIDDEN);
        for (int layer = 0; layer < LAYERS; layer++) {
            layer(weights, family, "model.layers." + layer + ".", 3 + 20 * layer);
        }
        return weights;
    }

    private static void layer(FilledWeights weights, Family family, String prefix, int seed) {
        weights.with(prefix + "input_layernorm.weight", seed, HIDDEN)
                .with(prefix + "self_attn.q_proj.weight", seed + 1, HEADS * HEAD_DIM, HIDDEN)
                .with(prefix + "self_attn.k_proj.weight", seed + 2, KV_HEADS * HEAD_DIM, HIDDEN)
                .with(prefix + "self_attn.v_proj.weight", seed + 3, KV_HEADS * HEAD_DIM, HIDDEN)
                .with(prefix + "self_attn.o_proj.weight", seed + 4, HIDDEN, HEADS * HEAD_DIM)
                .with(prefix + "post_attention_layernorm.weight", seed + 5, HIDDEN)
                .with(prefix + "mlp.gate_proj.weight", seed + 6, INNER, HIDDEN)
                .with(prefix + "mlp.up_proj.weight", seed + 7, INNER, HIDDEN)
                .with(prefix + "mlp.down_proj.weight", seed + 8, HIDDEN, INNER);
        if (family == Family.QWEN2) {
            weights.with(prefix + "self_attn.q_proj.bias", seed + 9, HEADS * HEAD_DIM)
                    .with(prefix + "self_attn.k_proj.bias", seed + 10, KV_HEADS * HEAD_DIM)
                    .with(prefix + "self_attn.v_proj.bias", seed + 11, KV_HEADS * HEAD_DIM);
        }
        if (family.queryKeyNorms()) {
            weights.with(prefix + "self_attn.q_norm.weight", seed + 12, HEAD_DIM)
                    .with(prefix + "self_attn.k_norm.weight", seed + 13, HEAD_DIM);
        }
        if (family.postNorms()) {
            weights.with(prefix + "pre_feedforward_layernorm.weight", seed + 14, HIDDEN)
                    .with(prefix + "post_feedforward_layernorm.weight", seed + 15, HIDDEN);
        }
    }
}
