package dev.kvasir.training;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Builds what a decoder needs of a stretch of a batch beside its cache. */
final class SectionInputs {

    /** Hides a position; finite, so that a row of nothing but pads does not become NaN. */
    private static final double HIDDEN = -1e30;

    private final TrainingBatch.Stream stream;
    private final int start;
    private final int end;

    /** The columns from {@code start} to before {@code end}; they attend to all real ones from column 0 on. */
    SectionInputs(TrainingBatch.Stream stream, int start, int end) {
        this.stream = stream;
        this.start = start;
        this.end = end;
    }

    /** Token ids, {@code [rows, n]}. */
    Tensor ids(TensorScope scope) {
        long[] ids = new long[stream.rows() * (end - start)];
        int i = 0;
        for (int row = 0; row < stream.rows(); row++) {
            for (int column = start; column < end; column++) {
                ids[i++] = stream.id(row, column);
            }
        }
        return scope.longs(ids, stream.rows(), end - start);
    }

    /** Cosines and sines, {@code [rows, 1, n, headDim]}, a pair for each kind. */
    List<Tensor> ropes(TensorScope scope, ElementType type, List<LayerKind> kinds) {
        List<Tensor> ropes = new ArrayList<>();
        for (LayerKind kind : kinds) {
            ropes.add(rope(scope, type, kind, Math::cos));
            ropes.add(rope(scope, type, kind, Math::sin));
        }
        return ropes;
    }

    private Tensor rope(TensorScope scope, ElementType type, LayerKind kind, DoubleUnaryOperator wave) {
        int headDim = kind.frequencies().headDim();
        double[] values = new double[stream.rows() * (end - start) * headDim];
        int i = 0;
        for (int row = 0; row < stream.rows(); row++) {
            for (int column = start; column < end; column++) {
                for (int d = 0; d < headDim; d++) {
                    values[i++] = wave.applyAsDouble(kind.frequencies().angle(stream.position(row, column), d));
                }
            }
        }
        return Numbers.tensor(scope, type, values, stream.rows(), 1, end - start, headDim);
    }

    /** What is added to attention scores, {@code [rows, 1, n, end]}, for each kind. */
    List<Tensor> masks(TensorScope scope, ElementType type, List<LayerKind> kinds) {
        return kinds.stream().map(kind -> mask(scope, type, kind)).toList();
    }

    private Tensor mask(TensorScope scope, ElementType type, LayerKind kind) {
        double[] values = new double[stream.rows() * (end - start) * end];
        int i = 0;
        for (int row = 0; row < stream.rows(); row++) {
            for (int column = start; column < end; column++) {
                for (int key = 0; key < end; key++) {
                    boolean seen = key <= column && stream.real(row, key) && column - key < kind.window();
                    values[i++] = seen ? 0 : HIDDEN;
                }
            }
        }
        return Numbers.tensor(scope, type, values, stream.rows(), 1, end - start, end);
    }
}
