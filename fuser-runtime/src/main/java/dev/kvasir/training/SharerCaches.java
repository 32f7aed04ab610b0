package dev.kvasir.training;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.TrainingBatch.PadIds;
import dev.kvasir.training.TrainingSample.SampleSection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The sharer's caches of all samples, where they are fused: computed once, since the sharer never changes, and kept in a file, so
 * that memory holds one batch however many samples there are. The file is deleted on closing.
 *
 * <p>Its layout: a block for each sample, in it one for each fused section, in it one for each sharer layer that is read: keys, then
 * values, each {@code [sharerHeads, n, sharerHeadDim]} in the run's element type, native order.
 */
final class SharerCaches implements AutoCloseable {

    private final FrozenDecoder sharer;
    private final List<Integer> layerOf;
    private final List<Integer> layers;
    private final PadIds pads;
    private final Path file;
    private final FileChannel channel;
    private final long[] starts;
    private final List<TrainingSample> samples;

    private SharerCaches(Plan plan, List<TrainingSample> samples, Path file, FileChannel channel) {
        SortedSet<Integer> read = new TreeSet<>(plan.layerOf());
        this.sharer = plan.sharer();
        this.layerOf = plan.layerOf();
        this.layers = List.copyOf(read);
        this.pads = plan.pads();
        this.file = file;
        this.channel = channel;
        this.samples = samples;
        this.starts = new long[samples.size() + 1];
        for (int i = 0; i < samples.size(); i++) {
            starts[i + 1] = starts[i] + bytes(plan, samples.get(i));
        }
    }

    /** Bytes on disk that the caches of some samples take. */
    static long bytes(Plan plan, List<TrainingSample> samples) {
        return samples.stream().mapToLong(sample -> bytes(plan, sample)).sum();
    }

    private static long bytes(Plan plan, TrainingSample sample) {
        long read = new TreeSet<>(plan.layerOf()).size();
        return read
                * 2
                * sample.fusedTokens()
                * plan.sharer().cacheWidth()
                * plan.sharer().type().bytes();
    }

    /** Runs the sharer over every sample; {@code file} is created, or overwritten. */
    static SharerCaches compute(Plan plan, List<TrainingSample> samples, Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            SharerCaches caches = new SharerCaches(plan, samples, file, channel);
            for (int i = 0; i < samples.size(); i++) {
                caches.write(i);
            }
            return caches;
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot keep the sharer's caches in " + file, fault);
        }
    }

    private void write(int index) throws IOException {
        TrainingBatch alone = TrainingBatch.of(List.of(samples.get(index)), pads);
        ByteBuffer block = buffer(starts[index + 1] - starts[index]);
        if (block.hasRemaining()) {
            try (TensorScope scope = TensorScope.root()) {
                List<Tensor> cache = sharer.prefill(
                        scope, alone.sharer(), alone.start(alone.sections().size() - 1));
                fill(block, alone, cache);
            }
        }
        block.flip();
        long at = starts[index];
        while (block.hasRemaining()) {
            at += channel.write(block, at);
        }
    }

    private void fill(ByteBuffer block, TrainingBatch alone, List<Tensor> cache) {
        double[][] read = new double[2 * layers.size()][];
        for (int l = 0; l < layers.size(); l++) {
            read[2 * l] = cache.get(layers.get(l)).toDoubles();
            read[2 * l + 1] = cache.get(sharer.layers() + layers.get(l)).toDoubles();
        }
        int prefilled = alone.start(alone.sections().size() - 1);
        for (int s = 0; s < alone.sections().size(); s++) {
            SampleSection section = alone.sections().get(s);
            for (int part = 0; section.fused() && part < read.length; part++) {
                for (int head = 0; head < sharer.kvHeads(); head++) {
                    int from = (head * prefilled + alone.start(s)) * sharer.headDim();
                    put(block, read[part], from, section.length() * sharer.headDim());
                }
            }
        }
    }

    private void put(ByteBuffer block, double[] values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (sharer.type() == ElementType.F64) {
                block.putDouble(values[i]);
            } else {
                block.putFloat((float) values[i]);
            }
        }
    }

    /**
     * A batch's slices, zero where its rows are padded.
     *
     * @param indexes of the batch's rows among this object's samples
     */
    SharerSlices slices(TensorScope scope, TrainingBatch batch, List<Integer> indexes) {
        List<Tensor> keys = new ArrayList<>();
        List<Tensor> values = new ArrayList<>();
        List<ByteBuffer> blocks = indexes.stream().map(this::read).toList();
        for (int s = 0; s < batch.sections().size(); s++) {
            if (batch.sections().get(s).fused()) {
                List<Tensor> parts = parts(scope, batch, s, blocks);
                layerOf.forEach(layer -> keys.add(parts.get(2 * layers.indexOf(layer))));
                layerOf.forEach(layer -> values.add(parts.get(2 * layers.indexOf(layer) + 1)));
            }
        }
        return new SharerSlices(keys, values);
    }

    /** Keys and values of every layer that is read, {@code [rows, sharerHeads, n, sharerHeadDim]} each. */
    private List<Tensor> parts(TensorScope scope, TrainingBatch batch, int index, List<ByteBuffer> blocks) {
        SampleSection section = batch.sections().get(index);
        List<Tensor> parts = new ArrayList<>();
        for (int part = 0; part < 2 * layers.size(); part++) {
            Tensor tensor =
                    scope.zeros(sharer.type(), batch.rows(), sharer.kvHeads(), section.length(), sharer.headDim());
            ByteBuffer memory = tensor.memory();
            int stride = section.length() * sharer.headDim() * sharer.type().bytes();
            for (int row = 0; row < batch.rows(); row++) {
                int own = batch.samples().get(row).sections().get(index).length()
                        * sharer.headDim()
                        * sharer.type().bytes();
                for (int head = 0; head < sharer.kvHeads(); head++) {
                    ByteBuffer block = blocks.get(row);
                    memory.put((row * sharer.kvHeads() + head) * stride, block, block.position(), own);
                    block.position(block.position() + own);
                }
            }
            parts.add(tensor);
        }
        return parts;
    }

    private ByteBuffer read(int index) {
        ByteBuffer block = buffer(starts[index + 1] - starts[index]);
        try {
            while (block.hasRemaining()) {
                if (channel.read(block, starts[index] + block.position()) < 0) {
                    throw new IllegalStateException("The sharer's caches in " + file + " were cut short");
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read the sharer's caches from " + file, fault);
        }
        return block.flip();
    }

    private static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot remove the sharer's caches " + file, fault);
        }
    }

    /**
     * What is read of which model.
     *
     * @param layerOf the sharer's layer for each of the receiver's
     */
    record Plan(FrozenDecoder sharer, List<Integer> layerOf, PadIds pads) {

        Plan {
            layerOf = List.copyOf(layerOf);
        }
    }
}
