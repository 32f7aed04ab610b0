package dev.kvasir.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors a configuration needs, and the check that a checkpoint has them, in shape. */
final class ExpectedTensors {

    private final ModelConfig config;
    private final Map<String, TensorShape> shapes = new LinkedHashMap<>();

    private ExpectedTensors(ModelConfig config) {
        this.config = config;
    }

    static Map<String, TensorShape> of(ModelConfig config) {
        var expected = new ExpectedTensors(config);
        expected.addAll();
        return expected.shapes;
    }

    /** @throws ModelInvalidException naming the first tensor that is missing or has another shape */
    static void check(String file, ModelConfig config, Weights weights) {
        of(config).forEach((name, shape) -> {
            if (!weights.names().contains(name)) {
                throw new ModelInvalidException(file, name, "is missing; the configuration needs it");
            }
            if (!weights.shape(name).equals(shape)) {
                throw new ModelInvalidException(
                        file, name, "has shape %s; the configuration says %s".formatted(weights.shape(name), shape));
            }
        });
    }

    private void addAll() {
        add("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
        for (int layer = 0; layer < config.layers(); layer++) {
            addAttention("model.layers." + layer + ".self_attn.");
            addNorms("model.layers." + layer + ".");
            addMlp("model.layers." + layer + ".mlp.");
        }
        add("model.norm.weight", config.hiddenSize());
        if (!config.tiedEmbeddings()) {
            add("lm_head.weight", config.vocabularySize(), config.hiddenSize());
        }
    }

    private void addAttention(String prefix) {
        long queries = (long) config.heads() * config.headDim();
        long keys = (long) config.kvHeads() * config.headDim();
        addLinear(
                prefix + "q_proj", config.hiddenSize(), queries, config.biases().queryKeyValue());
        addLinear(prefix + "k_proj", config.hiddenSize(), keys, config.biases().queryKeyValue());
        addLinear(prefix + "v_proj", config.hiddenSize(), keys, config.biases().queryKeyValue());
        addLinear(
                prefix + "o_proj", queries, config.hiddenSize(), config.biases().attentionOutput());
        if (config.family().queryKeyNorms()) {
            add(prefix + "q_norm.weight", config.headDim());
            add(prefix + "k_norm.weight", config.headDim());
        }
    }

    private void addNorms(String prefix) {
        add(prefix + "input_layernorm.weight", config.hiddenSize());
        add(prefix + "post_attention_layernorm.weight", config.hiddenSize());
        if (config.family().postNorms()) {
            add(prefix + "pre_feedforward_layernorm.weight", config.hiddenSize());
            add(prefix + "post_feedforward_layernorm.weight", config.hiddenSize());
        }
    }

    private void addMlp(String prefix) {
        boolean bias = config.biases().mlp();
        addLinear(prefix + "gate_proj", config.hiddenSize(), config.intermediateSize(), bias);
        addLinear(prefix + "up_proj", config.hiddenSize(), config.intermediateSize(), bias);
        addLinear(prefix + "down_proj", config.intermediateSize(), config.hiddenSize(), bias);
    }

    private void addLinear(String name, long in, long out, boolean bias) {
        add(name + ".weight", out, in);
        if (bias) {
            add(name + ".bias", out);
        }
    }

    private void add(String name, long... shape) {
        shapes.put(name, TensorShape.of(shape));
    }
}
