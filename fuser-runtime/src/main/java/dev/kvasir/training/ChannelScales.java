package dev.kvasir.training;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.FuserParameters.Name;
import java.util.ArrayList;
import java.util.List;

/**
 * What a layer fuser reads, brought to mean 0 and deviation 1 in each channel, and what it adds, to the size of the receiver's own
 * keys or values. Single channels of a model's keys are hundreds of times larger than others; without this a short run learns little
 * but their size.
 *
 * <p>Training works on the standardised numbers. {@link #fold} puts the scales into the first and last layers of what is written, so
 * that inference knows nothing of them.
 */
final class ChannelScales {

    /** Five tensors to a side of a layer: means and deviations of the sharer's channels and of the receiver's, and the size. */
    private static final int PER_SIDE = 5;

    private static final double LEAST_DEVIATION = 1e-5;

    private final List<Side> sides;

    private ChannelScales(List<Side> sides) {
        this.sides = List.copyOf(sides);
    }

    /** Nothing is scaled: as the paper has it. */
    static ChannelScales none() {
        return new ChannelScales(List.of());
    }

    /**
     * Measures where chats are fused for the first time.
     *
     * @param samples of which the places are read
     */
    static ChannelScales measure(FrozenCaches caches, List<TrainingSample> samples, List<Integer> places, int pad) {
        List<Sums> sums = new ArrayList<>();
        for (int place : places) {
            try (TensorScope scope = TensorScope.root()) {
                TrainingBatch alone = TrainingBatch.of(List.of(samples.get(place)), pad);
                FrozenSlices slices = caches.slices(scope, alone, List.of(place));
                int layers =
                        slices.ownKeys().size() / Math.max(1, samples.get(place).constantSections());
                int first = slices.ownKeys().size() - layers;
                for (int layer = 0; layer < layers; layer++) {
                    add(sums, 4 * layer, slices.sharerKeys().get(layer));
                    add(sums, 4 * layer + 1, slices.ownKeys().get(first + layer));
                    add(sums, 4 * layer + 2, slices.sharerValues().get(layer));
                    add(sums, 4 * layer + 3, slices.ownValues().get(first + layer));
                }
            }
        }
        List<Side> sides = new ArrayList<>();
        for (int i = 0; i < sums.size(); i += 2) {
            sides.add(new Side(sums.get(i).channels(), sums.get(i + 1).channels()));
        }
        return new ChannelScales(sides);
    }

    private static void add(List<Sums> sums, int index, Tensor cache) {
        int heads = (int) cache.size(1);
        int tokens = (int) cache.size(2);
        int width = (int) cache.size(3);
        if (sums.size() == index) {
            sums.add(new Sums(heads * width));
        }
        double[] values = cache.toDoubles();
        for (int i = 0; i < values.length; i++) {
            int channel = i / (tokens * width) * width + i % width;
            sums.get(index).add(channel, values[i]);
        }
        sums.get(index).rows += tokens;
    }

    /** What the training program takes; empty if nothing is scaled. */
    List<Tensor> tensors(TensorScope scope, ElementType type) {
        List<Tensor> tensors = new ArrayList<>(PER_SIDE * sides.size());
        for (Side side : sides) {
            for (double[] values : List.of(
                    side.sharer().means,
                    side.sharer().deviations,
                    side.receiver().means,
                    side.receiver().deviations,
                    new double[] {side.size()})) {
                tensors.add(Numbers.tensor(scope, type, values, values.length));
            }
        }
        return tensors;
    }

    /**
     * A trained parameter as inference wants it.
     *
     * @param value of {@code name}
     * @param weight of the same linear layer, if {@code value} is its bias
     */
    float[] fold(Name name, float[] value, float[] weight) {
        if (sides.isEmpty()) {
            return value;
        }
        Side side = sides.get(2 * name.layer() + (name.key().startsWith("key_") ? 0 : 1));
        return switch (name.key().substring(name.key().indexOf('_') + 1)) {
            case "in.weight" -> side.inWeight(value);
            case "in.bias" -> side.inBias(value, weight);
            case "proj_out.weight", "proj_out.bias" -> side.out(value);
            default -> value;
        };
    }

    private static final class Sums {

        private final double[] sums;
        private final double[] squares;
        private long rows;

        private Sums(int channels) {
            this.sums = new double[channels];
            this.squares = new double[channels];
        }

        private void add(int channel, double value) {
            sums[channel] += value;
            squares[channel] += value * value;
        }

        private Channels channels() {
            double[] means = new double[sums.length];
            double[] deviations = new double[sums.length];
            for (int i = 0; i < sums.length; i++) {
                means[i] = sums[i] / rows;
                double variance = squares[i] / rows - means[i] * means[i];
                deviations[i] = Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, variance)));
            }
            return new Channels(means, deviations);
        }
    }

    private static final class Channels {

        private final double[] means;
        private final double[] deviations;

        private Channels(double[] means, double[] deviations) {
            this.means = means;
            this.deviations = deviations;
        }
    }

    /** Keys, or values, of one layer. */
    private record Side(Channels sharer, Channels receiver) {

        /** The receiver's mean deviation. */
        double size() {
            double sum = 0;
            for (double deviation : receiver.deviations) {
                sum += deviation;
            }
            return sum / receiver.deviations.length;
        }

        private double mean(int column) {
            int own = column - sharer.means.length;
            return own < 0 ? sharer.means[column] : receiver.means[own];
        }

        private double deviation(int column) {
            int own = column - sharer.means.length;
            return own < 0 ? sharer.deviations[column] : receiver.deviations[own];
        }

        private int columns() {
            return sharer.means.length + receiver.means.length;
        }

        float[] inWeight(float[] weight) {
            float[] folded = new float[weight.length];
            for (int i = 0; i < weight.length; i++) {
                folded[i] = (float) (weight[i] / deviation(i % columns()));
            }
            return folded;
        }

        float[] inBias(float[] bias, float[] weight) {
            float[] folded = new float[bias.length];
            for (int row = 0; row < bias.length; row++) {
                double shift = 0;
                for (int column = 0; column < columns(); column++) {
                    shift += weight[row * columns() + column] * mean(column) / deviation(column);
                }
                folded[row] = (float) (bias[row] - shift);
            }
            return folded;
        }

        float[] out(float[] values) {
            float[] folded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                folded[i] = (float) (values[i] * size());
            }
            return folded;
        }
    }
}
