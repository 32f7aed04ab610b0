package dev.kvasir.model.gguf;

import dev.kvasir.model.Family;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hugging Face names of GGUF tensors. */
final class GgufNames {

    /** Divisors of the rotary frequencies; part of the configuration, not of the weights. */
    static final String ROPE_DIVISORS = "rope_freqs.weight";

    private static final Pattern LAYER = Pattern.compile("blk\\.(0|[1-9]\\d{0,3})\\.([a-z_]+)\\.(weight|bias)");
    private static final Map<String, String> OUTSIDE = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output_norm.weight", "model.norm.weight",
            "output.weight", "lm_head.weight");
    private static final Map<String, String> LINEAR = Map.of(
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_output", "self_attn.o_proj",
            "attn_q_norm", "self_attn.q_norm",
            "attn_k_norm", "self_attn.k_norm",
            "ffn_gate", "mlp.gate_proj",
            "ffn_up", "mlp.up_proj",
            "ffn_down", "mlp.down_proj",
            "attn_norm", "input_layernorm");
    private static final Map<String, String> TWO_NORMS = Map.of("ffn_norm", "post_attention_layernorm");
    private static final Map<String, String> FOUR_NORMS = Map.of(
            "post_attention_norm", "post_attention_layernorm",
            "ffn_norm", "pre_feedforward_layernorm",
            "post_ffw_norm", "post_feedforward_layernorm");

    private GgufNames() {}

    /** The name in Hugging Face terms; empty for what a model of the family has no place for. */
    static Optional<String> huggingFace(Family family, String name) {
        Matcher layer = LAYER.matcher(name);
        if (!layer.matches()) {
            return Optional.ofNullable(OUTSIDE.get(name));
        }
        Map<String, String> norms = family.postNorms() ? FOUR_NORMS : TWO_NORMS;
        String part = LINEAR.getOrDefault(layer.group(2), norms.getOrDefault(layer.group(2), ""));
        return part.isEmpty()
                ? Optional.empty()
                : Optional.of("model.layers.%s.%s.%s".formatted(layer.group(1), part, layer.group(3)));
    }
}
