package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.step.LayerVectors;
import dev.kvasir.decoder.step.ModelVectors;
import dev.kvasir.decoder.step.WeightVector;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Reads a checkpoint's norms and biases. */
final class FastVectors {
    private static final WeightVector NONE = WeightVector.NONE;

    private final ModelConfig config;
    private final Weights source;

    private FastVectors(ModelConfig config, Weights source) {
        this.config = config;
        this.source = source;
    }

    static ModelVectors read(ModelConfig config, Weights source) {
        FastVectors vectors = new FastVectors(config, source);
        return new ModelVectors(
                IntStream.range(0, config.layers()).mapToObj(vectors::layer).toList(),
                vectors.norm("model.norm.weight"));
    }

    private LayerVectors layer(int layer) {
        String prefix = "model.layers." + layer + ".";
        boolean branches = config.family().postNorms();
        String behindAttention = prefix + "post_attention_layernorm.weight";
        return new LayerVectors(
                norm(prefix + "input_layernorm.weight"),
                branches ? norm(behindAttention) : NONE,
                norm(branches ? prefix + "pre_feedforward_layernorm.weight" : behindAttention),
                branches ? norm(prefix + "post_feedforward_layernorm.weight") : NONE,
                config.family().queryKeyNorms() ? norm(prefix + "self_attn.q_norm.weight") : NONE,
                config.family().queryKeyNorms() ? norm(prefix + "self_attn.k_norm.weight") : NONE,
                config.biases().queryKeyValue() ? bias(MatrixRole.QKV, layer) : NONE,
                config.biases().attentionOutput() ? bias(MatrixRole.OUTPUT, layer) : NONE,
                config.biases().mlp() ? bias(MatrixRole.GATE_UP, layer) : NONE,
                config.biases().mlp() ? bias(MatrixRole.DOWN, layer) : NONE);
    }

    private WeightVector bias(MatrixRole role, int layer) {
        List<String> names = FastMatrices.tensors(config, role, layer).stream()
                .map(name -> name.replaceFirst("\\.weight$", ".bias"))
                .toList();
        int count = names.stream().mapToInt(this::elements).sum();
        FloatBuffer all = FloatBuffer.allocate(count);
        names.forEach(name -> source.readFloats(name, all));
        return new WeightVector(all.array());
    }

    private WeightVector norm(String name) {
        float[] values = new float[elements(name)];
        source.readFloats(name, FloatBuffer.wrap(values));
        if (config.family().normsAddOne()) {
            for (int i = 0; i < values.length; i++) {
                values[i]++;
            }
        }
        return new WeightVector(values);
    }

    private int elements(String name) {
        return Math.toIntExact(source.shape(name).elements());
    }
}
