package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The weights in the order in which {@link DecoderProgram} counts them, an empty tensor where a model has none. */
final class DecoderWeights {
    /** Behind embedding, last norm and head, each layer has these, in this order. */
    private static final List<String> LAYER = List.of(
            "input_layernorm.weight",
            "self_attn.q_proj.weight",
            "self_attn.k_proj.weight",
            "self_attn.v_proj.weight",
            "self_attn.o_proj.weight",
            "self_attn.q_proj.bias",
            "self_attn.k_proj.bias",
            "self_attn.v_proj.bias",
            "self_attn.o_proj.bias",
            "self_attn.q_norm.weight",
            "self_attn.k_norm.weight",
            "post_attention_layernorm.weight",
            "pre_feedforward_layernorm.weight",
            "mlp.gate_proj.weight",
            "mlp.up_proj.weight",
            "mlp.down_proj.weight",
            "post_feedforward_layernorm.weight",
            "mlp.gate_proj.bias",
            "mlp.up_proj.bias",
            "mlp.down_proj.bias");

    static final int PER_LAYER = LAYER.size();

    private static final String EMBEDDING = "model.embed_tokens.weight";

    private static final TorchProgram CAST = TorchProgram.compile("""
            def cast(self, x: Tensor, type: int) -> Tensor:
              return torch.to(x, type)
            """);

    private final Weights source;
    private final ElementType type;
    private final LinearKernel kernel;
    private final TensorScope owner;

    private DecoderWeights(Weights source, ElementType type, LinearKernel kernel, TensorScope owner) {
        this.source = source;
        this.type = type;
        this.kernel = kernel;
        this.owner = owner;
    }

    /** Reads them all into the scope and onto its device, one copy each, matrices laid out for the kernel. */
    static List<Tensor> load(
            ModelConfig config, Weights source, ElementType type, LinearKernel kernel, TensorScope owner) {
        return new DecoderWeights(source, type, kernel, owner).load(config);
    }

    private List<Tensor> load(ModelConfig config) {
        List<Tensor> weights = new ArrayList<>();
        Tensor embedding = kernel == LinearKernel.HALVES ? readMatrix(EMBEDDING) : read(EMBEDDING);
        weights.add(embedding);
        weights.add(read("model.norm.weight"));
        weights.add(config.tiedEmbeddings() ? embedding : readMatrix("lm_head.weight"));
        Tensor none = owner.empty(type, 0);
        Set<String> present = source.names();
        for (int layer = 0; layer < config.layers(); layer++) {
            for (String part : names(config)) {
                String name = "model.layers." + layer + "." + part;
                weights.add(present.contains(name) ? readPart(name) : none);
            }
        }
        return List.copyOf(weights);
    }

    /** Without norms on the branches, what is called post-attention norm stands before the MLP. */
    private static List<String> names(ModelConfig config) {
        if (config.family().postNorms()) {
            return LAYER;
        }
        return LAYER.stream()
                .map(name -> switch (name) {
                    case "post_attention_layernorm.weight" -> "";
                    case "pre_feedforward_layernorm.weight" -> "post_attention_layernorm.weight";
                    default -> name;
                })
                .toList();
    }

    private Tensor readPart(String name) {
        return name.endsWith("_proj.weight") ? readMatrix(name) : read(name);
    }

    private Tensor readMatrix(String name) {
        try (TensorScope host = owner.child(TorchDevice.CPU)) {
            Tensor read = read(host, name);
            return owner.move(kernel.prepare(host, read));
        }
    }

    private Tensor read(String name) {
        try (TensorScope host = owner.child(TorchDevice.CPU)) {
            return owner.move(read(host, name));
        }
    }

    /** In the scope given, which is on the processor. */
    private Tensor read(TensorScope host, String name) {
        long[] shape = source.shape(name).toArray();
        if (type == ElementType.F64) {
            return host.filled(ElementType.F64, memory -> source.readDoubles(name, memory.asDoubleBuffer()), shape);
        }
        Tensor floats = host.filled(ElementType.F32, memory -> source.readFloats(name, memory.asFloatBuffer()), shape);
        return type == ElementType.F32
                ? floats
                : CAST.run(host, "cast", floats, type.code()).getFirst();
    }
}
