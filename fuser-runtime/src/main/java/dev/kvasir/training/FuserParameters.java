package dev.kvasir.training;

import dev.kvasir.fuser.LayerFuserShape;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.TrainingRecipe.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The trained numbers of all layer fusers, or something beside each of them: gradients, an optimiser's moments.
 *
 * <p>The order is the program's: receiver layers ascending; in each the keys' side, then the values'.
 */
record FuserParameters(List<Name> names, List<Tensor> tensors) {

    FuserParameters {
        names = List.copyOf(names);
        tensors = List.copyOf(tensors);
    }

    /** The names and shapes, in order, of a fuser with equal layer fusers. */
    static List<Name> namesOf(LayerFuserShape shape, int layers) {
        List<Name> names = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (String side : List.of("key_", "value_")) {
                for (Map.Entry<String, List<Long>> entry : shape.side(side).entrySet()) {
                    names.add(new Name(layer, entry.getKey(), entry.getValue()));
                }
            }
        }
        return names;
    }

    /**
     * A fresh fuser: linear layers uniform within 1 / sqrt(inputs), norms 1, gates at {@code gateStart}; if it starts standardised, the
     * last layers are zero.
     */
    static FuserParameters fresh(TensorScope scope, List<Name> names, double gateStart, Start start, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Tensor> tensors = new ArrayList<>();
        long inputs = 1;
        for (Name name : names) {
            if (name.shape().size() == 2) {
                inputs = name.shape().getLast(); // a bias follows its weight
            }
            double bound = 1 / Math.sqrt((double) inputs);
            float[] values = new float[name.count()];
            for (int i = 0; i < values.length; i++) {
                double drawn = bound * (2 * random.nextDouble() - 1);
                boolean zero = start == Start.STANDARDISED && name.output();
                values[i] = (float) name.initial(gateStart, zero ? 0 : drawn);
            }
            tensors.add(scope.floats(values, name.sizes()));
        }
        return new FuserParameters(names, tensors);
    }

    /** Zeros beside these parameters, of their shapes. */
    FuserParameters zeros(TensorScope scope) {
        List<Tensor> zeros = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            zeros.add(scope.zeros(tensors.get(i).elementType(), names.get(i).sizes()));
        }
        return new FuserParameters(names, zeros);
    }

    void copyFrom(FuserParameters other) {
        for (int i = 0; i < names.size(); i++) {
            tensors.get(i).memory().put(other.tensors.get(i).memory());
        }
    }

    /** How many gates a fused cache would see open. */
    int openGates() {
        int open = 0;
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).gate() && tensors.get(i).toDoubles()[0] > 0) {
                open++;
            }
        }
        return open;
    }

    int gates() {
        return (int) names.stream().filter(Name::gate).count();
    }

    /**
     * @param layer the receiver's
     * @param key the name in the layer fuser's state
     * @param shape empty for a scalar
     */
    record Name(int layer, String key, List<Long> shape) {

        Name {
            shape = List.copyOf(shape);
        }

        String full() {
            return "projector_" + layer + "." + key;
        }

        boolean gate() {
            return key.endsWith("gate_logit");
        }

        boolean output() {
            return key.contains("_proj_out.");
        }

        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        int count() {
            return Math.toIntExact(Arrays.stream(sizes()).reduce(1, Math::multiplyExact));
        }

        double initial(double gateStart, double drawn) {
            if (gate()) {
                return gateStart;
            }
            return key.endsWith("norm.weight") ? 1 : drawn;
        }
    }
}
