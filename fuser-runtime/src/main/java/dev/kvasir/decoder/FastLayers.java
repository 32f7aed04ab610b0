package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * The fast profile's programs: the layers are dealt out to as many as there are processors, so that their matrices can be
 * laid out side by side when a model is loaded. Running, one works after the other.
 */
final class FastLayers implements AutoCloseable {
    private final ModelConfig config;
    private final List<TorchProgram> programs;
    private final List<Place> places;

    /** Where a layer is: the program, and its number there. */
    record Place(int program, int layer) {}

    private FastLayers(ModelConfig config, List<TorchProgram> programs, List<Place> places) {
        this.config = config;
        this.programs = programs;
        this.places = places;
    }

    /**
     * Programs without weights. The first holds the head.
     *
     * @param headLayers how many layers weigh as much as the head
     */
    static FastLayers compile(ModelConfig config, KernelPlan plan, int headLayers, int count) {
        List<TorchProgram> programs = new ArrayList<>();
        int[] loads = new int[count];
        int[] layers = new int[count];
        loads[0] = headLayers;
        List<Place> places = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            int least = 0;
            for (int program = 1; program < count; program++) {
                least = loads[program] < loads[least] ? program : least;
            }
            places.add(new Place(least, layers[least]));
            loads[least]++;
            layers[least]++;
        }
        try {
            for (int program = 0; program < count; program++) {
                programs.add(FastProgram.compile(config, plan));
            }
        } catch (RuntimeException | Error fault) {
            programs.forEach(TorchProgram::close);
            throw fault;
        }
        return new FastLayers(config, programs, places);
    }

    int programs() {
        return programs.size();
    }

    TorchProgram program(int number) {
        return programs.get(number);
    }

    TorchProgram head() {
        return programs.getFirst();
    }

    /** The model's layers that a program holds, in the order of their numbers there. */
    List<Integer> layersOf(int program) {
        List<Integer> layers = new ArrayList<>();
        for (int layer = 0; layer < places.size(); layer++) {
            if (places.get(layer).program() == program) {
                layers.add(layer);
            }
        }
        return layers;
    }

    /**
     * All layers and the head.
     *
     * @param x embeddings {@code [rows * tokens, hidden]}
     */
    Tensor forward(TensorScope scope, Tensor x, Decoding.Batch batch) {
        try (TensorScope step = scope.child()) {
            List<Tensor> turns = begin(step, batch);
            Tensor y = x;
            for (int layer = 0; layer < config.layers(); layer++) {
                y = layer(step, y, turns, batch.cache(), layer);
            }
            return head().run(scope, "logits", y, batch.cache().rows(), batch.lastLogits())
                    .getFirst();
        }
    }

    /** Like {@link #forward}; tells what of each layer's attention goes to the positions before {@code watched}. */
    double[] attentionTo(TensorScope scope, Tensor x, Decoding.Batch batch, int watched) {
        double[] attention = new double[config.layers()];
        try (TensorScope step = scope.child()) {
            List<Tensor> turns = begin(step, batch);
            Tensor y = x;
            for (int layer = 0; layer < config.layers(); layer++) {
                attention[layer] = attention(step, y, turns, batch.cache(), layer, watched);
                y = layer(step, y, turns, batch.cache(), layer);
            }
        }
        return attention;
    }

    private List<Tensor> begin(TensorScope step, Decoding.Batch batch) {
        return head().run(
                        step,
                        "begin",
                        batch.positions(),
                        batch.mask(),
                        batch.cache().length());
    }

    private Tensor layer(TensorScope step, Tensor x, List<Tensor> turns, KvCache cache, int layer) {
        Place place = places.get(layer);
        return programs.get(place.program())
                .run(
                        step,
                        "layer",
                        x,
                        turns,
                        kind(layer),
                        cache.keySlabs().get(layer),
                        cache.valueSlabs().get(layer),
                        cache.first(layer),
                        cache.length(),
                        place.layer())
                .getFirst();
    }

    private double attention(TensorScope step, Tensor x, List<Tensor> turns, KvCache cache, int layer, int watched) {
        Place place = places.get(layer);
        return programs.get(place.program())
                .run(
                        step,
                        "part_before",
                        x,
                        turns,
                        kind(layer),
                        cache.keySlabs().get(layer),
                        cache.length(),
                        place.layer(),
                        watched)
                .getFirst()
                .toDoubles()[0];
    }

    private int kind(int layer) {
        return config.windowKinds().indexOf(config.windows().get(layer));
    }

    /** The product of {@code x}, {@code [tokens, columns]}, and a role's matrix; the layer is 0 for the head. */
    Tensor multiply(TensorScope scope, MatrixRole role, int layer, Tensor x) {
        Place place = role == MatrixRole.HEAD ? new Place(0, 0) : places.get(layer);
        return programs.get(place.program())
                .run(scope, "multiply_" + role.id(), x, place.layer())
                .getFirst();
    }

    @Override
    public void close() {
        programs.forEach(TorchProgram::close);
    }
}
