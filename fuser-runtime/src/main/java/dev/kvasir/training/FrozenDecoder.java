package dev.kvasir.training;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's weights as the training program takes them, unfolded, in F32 or F64. They are never trained.
 *
 * <p>The tensors live in the scope given when it was made.
 */
final class FrozenDecoder {

    private final TorchProgram program;
    private final ElementType type;
    private final List<Tensor> weights;
    private final Layout layout;
    private final Tensor reals;
    private final List<LayerKind> kinds;

    FrozenDecoder(TorchProgram program, List<Tensor> weights, Layout layout, Tensor reals, List<LayerKind> kinds) {
        this.program = program;
        this.type = weights.getFirst().elementType();
        this.weights = List.copyOf(weights);
        this.layout = layout;
        this.reals = reals;
        this.kinds = List.copyOf(kinds);
    }

    ElementType type() {
        return type;
    }

    List<Tensor> weights() {
        return weights;
    }

    /** Sizes and switches as the program reads them. */
    List<Long> shape() {
        return layout.numbers();
    }

    /** Epsilon, attention scale, embedding scale, norm offset; F64. */
    Tensor reals() {
        return reals;
    }

    List<LayerKind> kinds() {
        return kinds;
    }

    int layers() {
        return layout.kindOfLayer().size();
    }

    int kvHeads() {
        return layout.kvHeads();
    }

    int headDim() {
        return kinds.getFirst().frequencies().headDim();
    }

    /** Numbers one token takes in the keys, or the values, of one layer. */
    int cacheWidth() {
        return kvHeads() * headDim();
    }

    /**
     * The cache of the columns from {@code start} to before {@code end}: every layer's keys, then every layer's values.
     *
     * @param past likewise, of the columns before; empty if there are none
     */
    List<Tensor> prefill(TensorScope scope, TrainingBatch.Stream stream, int start, int end, List<Tensor> past) {
        SectionInputs inputs = new SectionInputs(stream, start, end);
        return program.run(
                scope,
                "prefill",
                inputs.ids(scope),
                inputs.ropes(scope, type, kinds),
                inputs.masks(scope, type, kinds),
                past,
                weights,
                shape(),
                reals);
    }

    /**
     * Sizes and switches.
     *
     * @param kindOfLayer which of the kinds each layer is of
     */
    record Layout(int heads, int kvHeads, Traits traits, List<Integer> kindOfLayer) {

        Layout {
            kindOfLayer = List.copyOf(kindOfLayer);
        }

        List<Long> numbers() {
            List<Long> numbers = new ArrayList<>(List.of(
                    (long) kindOfLayer.size(),
                    (long) heads,
                    (long) kvHeads,
                    flag(traits.queryKeyValueBias()),
                    flag(traits.headNorms()),
                    flag(traits.branchNorms())));
            kindOfLayer.forEach(kind -> numbers.add((long) kind));
            return numbers;
        }

        private static long flag(boolean on) {
            return on ? 1 : 0;
        }
    }

    /**
     * What sets the families apart.
     *
     * @param branchNorms norms after attention and feed-forward, and a tanh-GELU gate, as Gemma 3 has
     */
    record Traits(boolean queryKeyValueBias, boolean headNorms, boolean branchNorms) {}
}
