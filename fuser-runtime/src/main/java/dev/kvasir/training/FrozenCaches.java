package dev.kvasir.training;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.training.KeptCache.Lengths;
import dev.kvasir.training.TrainingSample.SampleSection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What both models make of all samples and training never changes: the sharer's caches where they are fused, and the receiver's own
 * up to the end of the first fused section. Computed once and kept in a file, so that memory holds one batch however many samples
 * there are, and a run with other settings need not compute them again.
 *
 * <p>The file holds a block for each sample, in it the sharer's {@link KeptCache part}, then the receiver's. While it is computed it
 * is called {@code <name>.part}; what was computed before an interruption is kept.
 */
final class FrozenCaches implements AutoCloseable {

    private static final String UNFINISHED = ".part";

    private final Plan plan;
    private final Path file;
    private final FileChannel channel;
    private final List<TrainingSample> samples;
    private final long[] starts;

    private FrozenCaches(Plan plan, List<TrainingSample> samples, Path file, FileChannel channel) {
        this.plan = plan;
        this.file = file;
        this.channel = channel;
        this.samples = List.copyOf(samples);
        this.starts = starts(plan, samples);
    }

    private static long[] starts(Plan plan, List<TrainingSample> samples) {
        long[] starts = new long[samples.size() + 1];
        for (int i = 0; i < samples.size(); i++) {
            starts[i + 1] = starts[i] + plan.bytes(samples.get(i));
        }
        return starts;
    }

    /** Bytes on disk that the caches of some samples take. */
    static long bytes(Plan plan, List<TrainingSample> samples) {
        return samples.stream().mapToLong(plan::bytes).sum();
    }

    /**
     * Runs both models over every sample, unless {@code file} holds all that already.
     *
     * @param file named after what is computed: whoever gives it knows that it is of this plan and these samples
     * @param progress told how many samples are done
     */
    static FrozenCaches compute(Plan plan, List<TrainingSample> samples, Path file, IntConsumer progress) {
        try {
            if (!Files.exists(file)) {
                Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
                try (FileChannel channel =
                                FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FrozenCaches writing = new FrozenCaches(plan, samples, unfinished, channel)) {
                    writing.writeAll(progress);
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return new FrozenCaches(plan, samples, file, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot keep the models' caches in " + file, fault);
        }
    }

    private void writeAll(IntConsumer progress) throws IOException {
        int done = 0;
        while (done < samples.size() && starts[done + 1] <= channel.size()) {
            done++;
        }
        try (TensorScope scope = TensorScope.root()) {
            KeptCache.Writer sharer = plan.sharer()
                    .writer(scope, samples.stream().map(TrainingSample::sharer).toList());
            KeptCache.Writer receiver = plan.receiver()
                    .writer(
                            scope,
                            samples.stream().map(TrainingSample::receiver).toList());
            for (int i = done; i < samples.size(); i++) {
                write(i, sharer, receiver);
                progress.accept(i + 1);
            }
        }
        channel.force(true);
    }

    private void write(int index, KeptCache.Writer sharer, KeptCache.Writer receiver) throws IOException {
        TrainingSample sample = samples.get(index);
        ByteBuffer block = buffer(starts[index + 1] - starts[index]);
        sharer.write(block, sample.sharer(), sample.sharerPositions());
        receiver.write(block, sample.receiver(), sample.constantPositions());
        block.flip();
        long at = starts[index];
        while (block.hasRemaining()) {
            at += channel.write(block, at);
        }
    }

    /**
     * A batch's slices, zero where its rows are padded.
     *
     * @param indexes of the batch's rows among this object's samples
     */
    FrozenSlices slices(TensorScope scope, TrainingBatch batch, List<Integer> indexes) {
        List<ByteBuffer> blocks = indexes.stream().map(this::read).toList();
        List<Tensor> sharerKeys = new ArrayList<>();
        List<Tensor> sharerValues = new ArrayList<>();
        for (int s = 0; s < batch.sections().size(); s++) {
            if (batch.sections().get(s).fused()) {
                plan.sharer().read(scope, blocks, lengths(batch, s), sharerKeys, sharerValues);
            }
        }
        List<Tensor> ownKeys = new ArrayList<>();
        List<Tensor> ownValues = new ArrayList<>();
        for (int s = 0; s < batch.samples().getFirst().constantSections(); s++) {
            plan.receiver().read(scope, blocks, lengths(batch, s), ownKeys, ownValues);
        }
        return new FrozenSlices(sharerKeys, sharerValues, ownKeys, ownValues);
    }

    private static Lengths lengths(TrainingBatch batch, int section) {
        List<Integer> rows = batch.samples().stream()
                .map(sample -> sample.sections().get(section).length())
                .toList();
        SampleSection padded = batch.sections().get(section);
        return new Lengths(rows, padded.length());
    }

    private ByteBuffer read(int index) {
        ByteBuffer block = buffer(starts[index + 1] - starts[index]);
        try {
            while (block.hasRemaining()) {
                if (channel.read(block, starts[index] + block.position()) < 0) {
                    throw new IllegalStateException(
                            "The models' caches in %s were cut short. Delete the file and start again."
                                    .formatted(file));
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read the models' caches from " + file, fault);
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
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot close the models' caches " + file, fault);
        }
    }

    /** What is kept of which model. */
    record Plan(KeptCache sharer, KeptCache receiver) {

        /** @param layerOf the sharer's layer for each of the receiver's */
        static Plan of(FrozenDecoder sharer, List<Integer> layerOf, FrozenDecoder receiver) {
            List<Integer> every = IntStream.range(0, receiver.layers()).boxed().toList();
            return new Plan(new KeptCache(sharer, layerOf), new KeptCache(receiver, every));
        }

        long bytes(TrainingSample sample) {
            return sharer.bytes(sample.fusedTokens())
                    + receiver.bytes(sample.constantPositions().stream()
                            .mapToInt(List::size)
                            .sum());
        }
    }
}
