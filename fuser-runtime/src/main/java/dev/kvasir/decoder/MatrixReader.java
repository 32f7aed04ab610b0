package dev.kvasir.decoder;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.kernel.HalfRounding;
import dev.kvasir.decoder.kernel.MatrixShape;
import dev.kvasir.decoder.kernel.RowRounding;
import dev.kvasir.model.Weights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads matrices in stripes of rows, each widened and rounded while it lies in the processor's cache. For one thread; several
 * readers may read the same weights.
 */
final class MatrixReader {
    /** Floats of a stripe: 512 KiB. */
    private static final int STRIPE = 1 << 17;

    private final Weights weights;
    private FloatBuffer stripe = FloatBuffer.allocate(0);

    MatrixReader(Weights weights) {
        this.weights = weights;
    }

    /** @param target of the matrix's size, F32 */
    void floats(List<String> tensors, MatrixShape shape, FloatBuffer target) {
        read(tensors, shape, target::put);
    }

    /** @param target of the matrix's size, BF16 */
    void halves(List<String> tensors, MatrixShape shape, ShortBuffer target) {
        read(tensors, shape, rows -> HalfRounding.round(rows, target));
    }

    /**
     * Rounds as {@link RowRounding} does.
     *
     * @param target of the matrix's size, I8
     * @param scales one a row, F32
     */
    void bytes(List<String> tensors, MatrixShape shape, ByteBuffer target, FloatBuffer scales) {
        read(tensors, shape, rows -> {
            float[] own = new float[rows.remaining() / shape.columns()];
            RowRounding.round(rows, shape.columns(), target, own);
            scales.put(own);
        });
    }

    /** Codes as they are; a matrix of halves may have been anything. */
    void codes(String tensor, DirectMatrix matrix) {
        int step = rowsOfAStripe(matrix.columns());
        boolean isStoredSo =
                weights.codeLayout(tensor).filter(matrix.layout()::equals).isPresent();
        for (int from = 0; from < matrix.rows(); from += step) {
            int to = Math.min(matrix.rows(), from + step);
            if (isStoredSo) {
                weights.readCodes(tensor, from, to, matrix.target(from, to));
            } else {
                HalfRounding.round(
                        rows(tensor, from, to, matrix.columns()),
                        matrix.target(from, to).codes().asShortBuffer());
            }
        }
    }

    private void read(List<String> tensors, MatrixShape shape, Consumer<FloatBuffer> sink) {
        int step = rowsOfAStripe(shape.columns());
        for (String tensor : tensors) {
            int rows = Math.toIntExact(weights.shape(tensor).extent(0));
            for (int from = 0; from < rows; from += step) {
                sink.accept(rows(tensor, from, Math.min(rows, from + step), shape.columns()));
            }
        }
    }

    private static int rowsOfAStripe(int columns) {
        return Math.max(1, STRIPE / columns);
    }

    private FloatBuffer rows(String tensor, int from, int to, int columns) {
        int floats = (to - from) * columns;
        if (stripe.capacity() < floats) {
            stripe = FloatBuffer.allocate(floats);
        }
        stripe.clear().limit(floats);
        weights.readRows(tensor, from, to, stripe);
        return stripe.flip();
    }
}
