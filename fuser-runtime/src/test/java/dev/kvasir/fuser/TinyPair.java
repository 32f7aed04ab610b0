package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.model.Rope;
import dev.kvasir.model.RopeScaling;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The hand-checked pair: a Qwen3-like receiver, a Qwen2-like sharer, a fuser between them, all by {@link FillRule}. */
public final class TinyPair {

    public static final LayerFuserShape SHAPE = new LayerFuserShape(1, 2, 2, 4, 8, 12, 3, Ablation.NONE);
    static final List<Integer> PROMPT = List.of(3, 17, 8, 25, 11, 30);
    static final Map<Integer, LayerLink> LAYERS =
            Map.of(0, new LayerLink(0, 0), 1, new LayerLink(0, 1), 2, new LayerLink(1, 2));

    private TinyPair() {}

    static LoadedModel receiver(ElementType type) {
        return LoadedModel.load("receiver", receiverConfig(), receiverWeights(), type);
    }

    public static ModelConfig receiverConfig() {
        return config(Family.QWEN3, 8, 3, 4, 2, 4, 12, 10000);
    }

    public static Weights receiverWeights() {
        FilledWeights weights = new FilledWeights(1).add("model.embed_tokens.weight", 32, 8);
        for (int layer = 0; layer < 3; layer++) {
            String at = "model.layers." + layer + ".";
            weights.add(at + "self_attn.q_proj.weight", 16, 8)
                    .add(at + "self_attn.k_proj.weight", 8, 8)
                    .add(at + "self_attn.v_proj.weight", 8, 8)
                    .add(at + "self_attn.o_proj.weight", 8, 16)
                    .add(at + "self_attn.q_norm.weight", 4)
                    .add(at + "self_attn.k_norm.weight", 4);
            addEnd(weights, at, 8, 12);
        }
        return weights.add("model.norm.weight", 8).add("lm_head.weight", 32, 8);
    }

    static LoadedModel sharer(ElementType type) {
        return LoadedModel.load("sharer", sharerConfig(), sharerWeights(), type);
    }

    public static ModelConfig sharerConfig() {
        return config(Family.QWEN2, 6, 2, 3, 1, 2, 10, 1000);
    }

    public static Weights sharerWeights() {
        FilledWeights weights = new FilledWeights(101).add("model.embed_tokens.weight", 32, 6);
        for (int layer = 0; layer < 2; layer++) {
            String at = "model.layers." + layer + ".";
            weights.add(at + "self_attn.q_proj.weight", 6, 6)
                    .add(at + "self_attn.q_proj.bias", 6)
                    .add(at + "self_attn.k_proj.weight", 2, 6)
                    .add(at + "self_attn.k_proj.bias", 2)
                    .add(at + "self_attn.v_proj.weight", 2, 6)
                    .add(at + "self_attn.v_proj.bias", 2)
                    .add(at + "self_attn.o_proj.weight", 6, 6);
            addEnd(weights, at, 6, 10);
        }
        return weights.add("model.norm.weight", 6).add("lm_head.weight", 32, 6);
    }

    private static void addEnd(FilledWeights weights, String at, int hidden, int intermediate) {
        weights.add(at + "input_layernorm.weight", hidden)
                .add(at + "post_attention_layernorm.weight", hidden)
                .add(at + "mlp.gate_proj.weight", intermediate, hidden)
                .add(at + "mlp.up_proj.weight", intermediate, hidden)
                .add(at + "mlp.down_proj.weight", hidden, intermediate);
    }

    private static ModelConfig config(
            Family family, int hidden, int layers, int heads, int kvHeads, int dim, int intermediate, double theta) {
        Rope rope = new Rope(theta, new RopeScaling.None());
        return new ModelConfig(
                family,
                hidden,
                layers,
                heads,
                kvHeads,
                dim,
                intermediate,
                32,
                512,
                1e-6,
                rope,
                rope,
                Collections.nCopies(layers, 0),
                1 / Math.sqrt(dim),
                1,
                false,
                new ModelConfig.Biases(family == Family.QWEN2, false, false),
                OptionalInt.empty(),
                List.of(31),
                OptionalInt.empty());
    }

    /** All gates with one logit; seeds start anew at each hundred. */
    static LoadedFuser fuser(ElementType type, double gateLogit) {
        return fuser(type, gateLogit, LAYERS, 0);
    }

    static LoadedFuser fuser(ElementType type, double gateLogit, Map<Integer, LayerLink> layers, int seedShift) {
        TensorScope scope = TensorScope.root();
        List<LayerFuser> layerFusers = new ArrayList<>();
        for (int layer = 0; layer < 3; layer++) {
            Map<String, Tensor> tensors = tensors(scope, type, gateLogit, 201 + 100 * layer + seedShift);
            layerFusers.add(
                    new LayerFuser(SHAPE, side(tensors, "key_", gateLogit), side(tensors, "value_", gateLogit)));
        }
        FuserDescription description = new FuserDescription(
                new FuserEnd("receiver", null, 3, 2, 4),
                new FuserEnd("sharer", null, 2, 1, 2),
                AlignmentMode.SAME_VOCABULARY,
                PartialFusion.ALL,
                layers,
                List.of(SHAPE, SHAPE, SHAPE));
        return new LoadedFuser(description, scope, layerFusers);
    }

    private static Map<String, Tensor> tensors(TensorScope scope, ElementType type, double gateLogit, int firstSeed) {
        Map<String, Tensor> tensors = new TreeMap<>();
        int seed = firstSeed;
        for (Map.Entry<String, List<Long>> tensor : new TreeMap<>(SHAPE.tensors()).entrySet()) {
            double[] values = tensor.getKey().contains("gate_")
                    ? new double[] {gateLogit}
                    : FillRule.parameter(tensor.getKey(), seed++, tensor.getValue());
            long[] shape = tensor.getValue().stream().mapToLong(Long::longValue).toArray();
            Tensor doubles = scope.doubles(values, shape);
            tensors.put(
                    tensor.getKey(),
                    PROGRAM.run(scope, "cast", doubles, (long) type.code()).getFirst());
        }
        return tensors;
    }

    private static Side side(Map<String, Tensor> tensors, String name, double gateLogit) {
        List<Tensor> parameters =
                SHAPE.side(name).keySet().stream().map(tensors::get).toList();
        return new Side(Ablation.NONE, parameters, gateLogit);
    }
}
