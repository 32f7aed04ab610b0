package dev.kvasir.training;

import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.training.FrozenDecoder.Layout;
import dev.kvasir.training.FrozenDecoder.Traits;
import dev.kvasir.training.LayerKind.Frequencies;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Loads a checkpoint's weights in the training program's order. */
final class FrozenWeights {

    private final TensorScope scope;
    private final ModelConfig config;
    private final Weights weights;
    private final ElementType type;
    private final List<Tensor> loaded = new ArrayList<>();

    private FrozenWeights(TensorScope scope, ModelConfig config, Weights weights, ElementType type) {
        this.scope = scope;
        this.config = config;
        this.weights = weights;
        this.type = type;
    }

    /**
     * Loads a model.
     *
     * @param scope owns the weights
     * @throws IllegalArgumentException if the model has biases that no supported family is trained with
     */
    static FrozenDecoder load(
            TensorScope scope, TorchProgram program, ModelConfig config, Weights weights, ElementType type) {
        if (config.biases().attentionOutput() || config.biases().mlp()) {
            throw new IllegalArgumentException("Models with biases beyond query, key and value cannot be trained with; "
                    + "choose another model of the pair.");
        }
        FrozenWeights reader = new FrozenWeights(scope, config, weights, type);
        reader.loadAll();
        double[] reals = {
            config.rmsNormEps(),
            config.queryScale(),
            config.embeddingScale(),
            config.family().normsAddOne() ? 1 : 0
        };
        return new FrozenDecoder(
                program, reader.loaded, reader.layout(), scope.doubles(reals, reals.length), reader.kinds());
    }

    private void loadAll() {
        load("model.embed_tokens.weight");
        for (int layer = 0; layer < config.layers(); layer++) {
            loadLayer("model.layers." + layer + ".");
        }
        load("model.norm.weight");
        if (config.tiedEmbeddings()) {
            loaded.add(loaded.getFirst());
        } else {
            load("lm_head.weight");
        }
    }

    private void loadLayer(String layer) {
        load(layer + "input_layernorm.weight");
        List<String> projections = List.of("q_proj", "k_proj", "v_proj");
        projections.forEach(name -> load(layer + "self_attn." + name + ".weight"));
        if (config.biases().queryKeyValue()) {
            projections.forEach(name -> load(layer + "self_attn." + name + ".bias"));
        }
        if (config.family().queryKeyNorms()) {
            load(layer + "self_attn.q_norm.weight");
            load(layer + "self_attn.k_norm.weight");
        }
        load(layer + "self_attn.o_proj.weight");
        load(layer + "post_attention_layernorm.weight");
        if (config.family().postNorms()) {
            load(layer + "pre_feedforward_layernorm.weight");
        }
        List.of("gate_proj", "up_proj", "down_proj").forEach(name -> load(layer + "mlp." + name + ".weight"));
        if (config.family().postNorms()) {
            load(layer + "post_feedforward_layernorm.weight");
        }
    }

    private void load(String name) {
        long[] sizes = weights.shape(name).toArray();
        int count = Math.toIntExact(weights.shape(name).elements());
        if (type == ElementType.F64) {
            double[] values = new double[count];
            weights.readDoubles(name, DoubleBuffer.wrap(values));
            loaded.add(scope.doubles(values, sizes));
        } else {
            float[] values = new float[count];
            weights.readFloats(name, FloatBuffer.wrap(values));
            loaded.add(Numbers.tensor(scope, type, values, sizes));
        }
    }

    private Layout layout() {
        List<Integer> kindOfLayer = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            kindOfLayer.add(config.window(layer).isPresent() ? 1 : 0);
        }
        Traits traits = new Traits(
                config.biases().queryKeyValue(),
                config.family().queryKeyNorms(),
                config.family().postNorms());
        return new Layout(config.heads(), config.kvHeads(), traits, kindOfLayer);
    }

    /** Layers that see everything, then those with a window, if there are any; all windows of a model are equally wide. */
    private List<LayerKind> kinds() {
        List<LayerKind> kinds = new ArrayList<>();
        kinds.add(new LayerKind(new Frequencies(config.rope().frequencies(config.headDim())), Integer.MAX_VALUE));
        for (int layer = 0; layer < config.layers() && kinds.size() < 2; layer++) {
            OptionalInt window = config.window(layer);
            if (window.isPresent()) {
                Frequencies frequencies = new Frequencies(config.rope(layer).frequencies(config.headDim()));
                kinds.add(new LayerKind(frequencies, window.getAsInt()));
            }
        }
        return kinds;
    }
}
