package dev.kvasir.training;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.TrainingSample.TokenRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which part of one model's caches is kept for training, and how it lies in a sample's block: for each kept section each kept layer's
 * keys, then its values, {@code [heads, n, headDim]} in the run's element type, native order.
 */
final class KeptCache {

    private final FrozenDecoder model;
    private final List<Integer> layerOf;
    private final List<Integer> layers;

    /** @param layerOf for each layer of the receiver the layer of this model that is read with it */
    KeptCache(FrozenDecoder model, List<Integer> layerOf) {
        SortedSet<Integer> read = new TreeSet<>(layerOf);
        this.model = model;
        this.layerOf = List.copyOf(layerOf);
        this.layers = List.copyOf(read);
    }

    FrozenDecoder model() {
        return model;
    }

    List<Integer> layers() {
        return layers;
    }

    long bytes(int positions) {
        return 2L
                * layers.size()
                * positions
                * model.cacheWidth()
                * model.type().bytes();
    }

    /**
     * Reads what all rows begin with; they are written by what is returned.
     *
     * @param scope owns what was read
     * @param rows to be written
     */
    Writer writer(TensorScope scope, List<TokenRow> rows) {
        int same = commonPrefix(rows);
        TrainingBatch.Stream first = TrainingBatch.Stream.alone(rows.getFirst());
        return new Writer(same, same == 0 ? List.of() : model.prefill(scope, first, 0, same, List.of()));
    }

    /** The system turn of a template, mostly. */
    private static int commonPrefix(List<TokenRow> rows) {
        TokenRow first = rows.getFirst();
        int same = first.size();
        for (TokenRow row : rows) {
            int own = 0;
            while (own < Math.min(same, row.size())
                    && row.ids().get(own).equals(first.ids().get(own))
                    && row.real().get(own).equals(first.real().get(own))) {
                own++;
            }
            same = own;
        }
        return same;
    }

    /** Runs the model over one row after the other, all of which begin alike. */
    final class Writer {

        private final int same;
        private final List<Tensor> prefix;

        private Writer(int same, List<Tensor> prefix) {
            this.same = same;
            this.prefix = prefix;
        }

        /**
         * Puts the picked positions of a row's cache into a block.
         *
         * @param sections the picked positions, section by section
         */
        void write(ByteBuffer block, TokenRow row, List<List<Integer>> sections) {
            int length = sections.stream()
                    .flatMap(List::stream)
                    .mapToInt(position -> position + 1)
                    .max()
                    .orElse(0);
            if (length == 0) {
                return;
            }
            try (TensorScope scope = TensorScope.root()) {
                List<Tensor> rest = length <= same
                        ? List.of()
                        : model.prefill(scope, TrainingBatch.Stream.alone(row), same, length, prefix);
                List<Part> parts = new ArrayList<>();
                for (int layer : layers) {
                    parts.add(part(layer, rest));
                    parts.add(part(model.layers() + layer, rest));
                }
                for (List<Integer> section : sections) {
                    parts.forEach(part -> put(block, part, section));
                }
            }
        }

        private Part part(int index, List<Tensor> rest) {
            return new Part(prefix.isEmpty() ? null : prefix.get(index), rest.isEmpty() ? null : rest.get(index), same);
        }
    }

    private void put(ByteBuffer block, Part part, List<Integer> positions) {
        int width = model.headDim() * model.type().bytes();
        for (int head = 0; head < model.kvHeads(); head++) {
            for (int position : positions) {
                part.copy(head, position, width, block);
                block.position(block.position() + width);
            }
        }
    }

    /** One layer's keys or values, {@code [1, heads, n, headDim]} in two stretches, of which one may be empty. */
    private static final class Part {

        private final @Nullable ByteBuffer prefix;
        private final @Nullable ByteBuffer rest;
        private final int same;
        private final int behind;

        private Part(@Nullable Tensor prefix, @Nullable Tensor rest, int same) {
            this.prefix = prefix == null ? null : prefix.memory();
            this.rest = rest == null ? null : rest.memory();
            this.same = same;
            this.behind = rest == null ? 0 : (int) rest.size(2);
        }

        void copy(int head, int position, int width, ByteBuffer block) {
            ByteBuffer source = position < same ? prefix : rest;
            int at = position < same ? head * same + position : head * behind + position - same;
            block.put(block.position(), Objects.requireNonNull(source), at * width, width);
        }
    }

    /**
     * One section of a batch out of its rows' blocks, which are read on: {@code keys} and {@code values} get a tensor for each of the
     * receiver's layers, zero where a row is padded.
     *
     */
    void read(TensorScope scope, List<ByteBuffer> blocks, Lengths lengths, List<Tensor> keys, List<Tensor> values) {
        List<Tensor> parts = new ArrayList<>();
        for (int part = 0; part < 2 * layers.size(); part++) {
            Tensor tensor =
                    scope.zeros(model.type(), blocks.size(), model.kvHeads(), lengths.padded(), model.headDim());
            fill(tensor.memory(), blocks, lengths);
            parts.add(tensor);
        }
        for (int layer : layerOf) {
            keys.add(parts.get(2 * layers.indexOf(layer)));
            values.add(parts.get(2 * layers.indexOf(layer) + 1));
        }
    }

    private void fill(ByteBuffer memory, List<ByteBuffer> blocks, Lengths lengths) {
        int width = model.headDim() * model.type().bytes();
        for (int row = 0; row < blocks.size(); row++) {
            ByteBuffer block = blocks.get(row);
            int own = lengths.rows().get(row) * width;
            for (int head = 0; head < model.kvHeads(); head++) {
                memory.put((row * model.kvHeads() + head) * lengths.padded() * width, block, block.position(), own);
                block.position(block.position() + own);
            }
        }
    }

    /**
     * A section's length in each row of a batch.
     *
     * @param padded the longest, at least
     */
    record Lengths(List<Integer> rows, int padded) {

        Lengths {
            rows = List.copyOf(rows);
        }
    }
}
