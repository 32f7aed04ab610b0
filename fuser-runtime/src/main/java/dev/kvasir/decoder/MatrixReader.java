package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.RowRounding;
import dev.kvasir.model.Weights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads matrices in stripes of rows on all processors, each stripe widened and rounded while it lies in the processor's
 * cache. Reading only begins with a call; the memory given is filled when {@link Reading#await} returns.
 */
final class MatrixReader implements AutoCloseable {
    /** Floats of a stripe: 512 KiB. */
    private static final int STRIPE = 1 << 17;

    private final Weights weights;
    private final ExecutorService readers;
    private final ThreadLocal<FloatBuffer> buffers = ThreadLocal.withInitial(() -> FloatBuffer.allocate(STRIPE));

    MatrixReader(Weights weights) {
        this.weights = weights;
        this.readers = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().name("weights-", 0).daemon().factory());
    }

    /** A matrix on its way. */
    record Reading(List<Future<?>> stripes) {
        /** Waits for the whole matrix, and throws what went wrong. */
        void await() {
            for (Future<?> stripe : stripes) {
                try {
                    stripe.get();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while weights were read.", interrupted);
                } catch (ExecutionException fault) {
                    if (fault.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException("Weights could not be read.", fault);
                }
            }
        }
    }

    /** What becomes of some rows; {@code row} is the first one's place in the whole matrix. */
    @FunctionalInterface
    private interface RowSink {
        void accept(FloatBuffer rows, int row);
    }

    /** @param target of the matrix's size, F32 */
    Reading floats(List<String> tensors, MatrixShape shape, FloatBuffer target) {
        return read(
                tensors,
                shape,
                (rows, row) ->
                        target.slice(row * shape.columns(), rows.remaining()).put(rows));
    }

    /** @param target of the matrix's size, BF16: the upper halves of floats, rounded to even */
    Reading halves(List<String> tensors, MatrixShape shape, ShortBuffer target) {
        return read(tensors, shape, (rows, row) -> {
            short[] halves = new short[shape.columns()];
            float[] floats = new float[shape.columns()];
            for (int at = row * shape.columns(); rows.hasRemaining(); at += halves.length) {
                rows.get(floats);
                round(floats, halves);
                target.put(at, halves);
            }
        });
    }

    private static void round(float[] floats, short[] halves) {
        for (int i = 0; i < halves.length; i++) {
            int bits = Float.floatToRawIntBits(floats[i]);
            halves[i] = (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
        }
    }

    /**
     * Rounds as {@link RowRounding} does.
     *
     * @param target of the matrix's size, I8
     * @param scales one a row, F32
     */
    Reading bytes(List<String> tensors, MatrixShape shape, ByteBuffer target, FloatBuffer scales) {
        return read(tensors, shape, (rows, row) -> {
            int count = rows.remaining() / shape.columns();
            float[] own = new float[count];
            RowRounding.round(rows, shape.columns(), target.slice(row * shape.columns(), count * shape.columns()), own);
            scales.slice(row, count).put(own);
        });
    }

    private Reading read(List<String> tensors, MatrixShape shape, RowSink sink) {
        List<Future<?>> stripes = new ArrayList<>();
        int above = 0;
        int step = Math.max(1, STRIPE / shape.columns());
        for (String tensor : tensors) {
            int rows = Math.toIntExact(weights.shape(tensor).extent(0));
            for (int from = 0; from < rows; from += step) {
                int first = from;
                int to = Math.min(rows, from + step);
                int place = above + from;
                stripes.add(readers.submit(() -> {
                    FloatBuffer stripe = stripe((to - first) * shape.columns());
                    weights.readRows(tensor, first, to, stripe);
                    sink.accept(stripe.flip(), place);
                }));
            }
            above += rows;
        }
        return new Reading(stripes);
    }

    /** A reader's own buffer, used again: a new one for each stripe would only make the heap grow. */
    private FloatBuffer stripe(int floats) {
        FloatBuffer own = buffers.get();
        if (own.capacity() < floats) {
            own = FloatBuffer.allocate(floats);
            buffers.set(own);
        }
        return own.clear().limit(floats);
    }

    @Override
    public void close() {
        readers.shutdownNow();
        readers.close();
    }
}
