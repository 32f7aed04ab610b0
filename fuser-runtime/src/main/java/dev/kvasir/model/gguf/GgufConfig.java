package dev.kvasir.model.gguf;

import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.ModelLimits;
import dev.kvasir.model.Rope;
import dev.kvasir.model.RopeScaling;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/** A {@link ModelConfig} from a GGUF file's metadata, and from which tensors it has. */
final class GgufConfig {

    private static final int GEMMA_PATTERN = 6;
    private static final double GEMMA_LOCAL_THETA = 1e4;

    private final GgufFile gguf;
    private final GgufMetadata metadata;
    private final Family family;

    private GgufConfig(GgufFile gguf, Family family) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.family = family;
    }

    static ModelConfig read(GgufFile gguf, GgufTokens tokens) {
        String architecture = gguf.metadata()
                .text("general.architecture")
                .orElseThrow(() -> gguf.metadata().invalid("general.architecture", "is missing"));
        Family family = Family.ofArchitecture(architecture)
                .orElseThrow(() -> gguf.metadata()
                        .invalid(
                                "general.architecture",
                                "%.80s is not known; known are llama, qwen2, qwen3 and gemma3"
                                        .formatted(architecture)));
        return new GgufConfig(gguf, family).read(tokens);
    }

    private ModelConfig read(GgufTokens tokens) {
        refuseWhatIsNotComputed();
        int hiddenSize = integer("embedding_length", ModelLimits.HIDDEN);
        int layers = integer("block_count", ModelLimits.LAYERS);
        int heads = integer("attention.head_count", ModelLimits.HEADS);
        int kvHeads = optional("attention.head_count_kv", ModelLimits.HEADS).orElse(heads);
        if (heads % kvHeads != 0) {
            throw invalid(
                    "attention.head_count",
                    "%d heads are not a multiple of %d key-value heads".formatted(heads, kvHeads));
        }
        int headDim = headDim(hiddenSize, heads);
        Rope rope = rope(headDim);
        return new ModelConfig(
                family,
                hiddenSize,
                layers,
                heads,
                kvHeads,
                headDim,
                integer("feed_forward_length", ModelLimits.INTERMEDIATE),
                vocabularySize(tokens),
                integer("context_length", ModelLimits.CONTEXT),
                metadata.optionalPositive(key("attention.layer_norm_rms_epsilon"))
                        .orElse(1e-6),
                rope,
                family == Family.GEMMA3 ? new Rope(GEMMA_LOCAL_THETA, new RopeScaling.None()) : rope,
                windows(layers),
                1 / Math.sqrt(headDim),
                family == Family.GEMMA3 ? Math.sqrt(hiddenSize) : 1,
                !gguf.tensors().containsKey("output.weight"),
                biases(),
                tokens.specialIds().bos(),
                tokens.endIds(family),
                tokens.specialIds().pad());
    }

    private void refuseWhatIsNotComputed() {
        for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
            if (metadata.has(key(cap))) {
                throw invalid(cap, "soft caps are not computed");
            }
        }
        if (optionalFromZero("expert_count").orElse(0) > 0) {
            throw invalid("expert_count", "mixtures of experts are not computed");
        }
    }

    private int headDim(int hiddenSize, int heads) {
        OptionalInt given = optional("attention.key_length", ModelLimits.HEAD_DIM);
        if (given.isEmpty() && hiddenSize % heads != 0) {
            throw invalid(
                    "attention.head_count",
                    "%d does not divide the embedding length %d and no key length is given"
                            .formatted(heads, hiddenSize));
        }
        int headDim = given.orElse(hiddenSize / heads);
        if (headDim % 2 != 0) {
            throw invalid("attention.key_length", "%d is odd; rotary halves need an even width".formatted(headDim));
        }
        for (String same : List.of("attention.value_length", "rope.dimension_count")) {
            if (optional(same, ModelLimits.HEAD_DIM).orElse(headDim) != headDim) {
                throw invalid(same, "differs from the key length %d, which is not computed".formatted(headDim));
            }
        }
        return headDim;
    }

    /** As many rows as the file has tokens. */
    private int vocabularySize(GgufTokens tokens) {
        GgufTensor embedding = gguf.tensors().get("token_embd.weight");
        if (embedding == null) {
            throw metadata.invalid("token_embd.weight", "is missing");
        }
        long rows = embedding.shape().extent(0);
        int size = optional("vocab_size", ModelLimits.VOCABULARY).orElse((int) Math.min(rows, ModelLimits.VOCABULARY));
        if (size != rows) {
            throw invalid("vocab_size", "is %d, but token_embd.weight has %d rows".formatted(size, rows));
        }
        if (tokens.size() != rows) {
            throw metadata.invalid(
                    "tokenizer.ggml.tokens",
                    "has %d tokens, but token_embd.weight has %d rows".formatted(tokens.size(), rows));
        }
        return size;
    }

    private Rope rope(int headDim) {
        double theta = metadata.optionalPositive(key("rope.freq_base")).orElse(family == Family.GEMMA3 ? 1e6 : 1e4);
        return new Rope(theta, scaling(headDim));
    }

    private RopeScaling scaling(int headDim) {
        if (gguf.tensors().containsKey(GgufNames.ROPE_DIVISORS)) {
            return new RopeScaling.Divisors(divisors(headDim));
        }
        String type = metadata.text(key("rope.scaling.type")).orElse("none");
        return switch (type) {
            case "none" -> new RopeScaling.None();
            case "linear" ->
                new RopeScaling.Linear(metadata.optionalPositive(key("rope.scaling.factor"))
                        .orElseThrow(() -> invalid("rope.scaling.factor", "is missing")));
            default ->
                throw invalid("rope.scaling.type", "%.80s is not computed; known are none and linear".formatted(type));
        };
    }

    private List<Float> divisors(int headDim) {
        GgufTensor tensor = gguf.tensors().get(GgufNames.ROPE_DIVISORS);
        if (tensor == null || tensor.type() != GgufType.F32 || tensor.shape().elements() != headDim / 2) {
            throw metadata.invalid(GgufNames.ROPE_DIVISORS, "must hold %d values of F32".formatted(headDim / 2));
        }
        byte[] bytes = new byte[(int) tensor.sizeInBytes()];
        gguf.file().read(ByteBuffer.wrap(bytes), tensor.position());
        float[] values = new float[headDim / 2];
        BlockDecoder.decode(GgufType.F32, bytes, values, values.length);
        List<Float> divisors = new ArrayList<>();
        for (float value : values) {
            if (!(value > 0) || Float.isInfinite(value)) {
                throw metadata.invalid(GgufNames.ROPE_DIVISORS, "holds %s; divisors are above 0".formatted(value));
            }
            divisors.add(value);
        }
        return divisors;
    }

    private List<Integer> windows(int layers) {
        int window = optionalFromZero("attention.sliding_window").orElse(0);
        if (family != Family.GEMMA3 || window == 0) {
            return Collections.nCopies(layers, 0);
        }
        return ModelConfig.windowsByPattern(layers, window, GEMMA_PATTERN);
    }

    private ModelConfig.Biases biases() {
        return new ModelConfig.Biases(
                gguf.tensors().containsKey("blk.0.attn_q.bias"),
                gguf.tensors().containsKey("blk.0.attn_output.bias"),
                gguf.tensors().containsKey("blk.0.ffn_gate.bias"));
    }

    private int integer(String name, int max) {
        return metadata.integer(key(name), 1, max);
    }

    private OptionalInt optional(String name, int max) {
        return metadata.optionalInteger(key(name), 1, max);
    }

    private OptionalInt optionalFromZero(String name) {
        return metadata.optionalInteger(key(name), 0, Integer.MAX_VALUE);
    }

    private String key(String name) {
        return family.architecture() + "." + name;
    }

    private RuntimeException invalid(String name, String rule) {
        return metadata.invalid(key(name), rule);
    }
}
