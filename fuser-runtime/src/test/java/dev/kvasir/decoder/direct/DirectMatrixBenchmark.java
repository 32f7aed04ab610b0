package dev.kvasir.decoder.direct;

import dev.kvasir.model.CodeLayout;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Multiplies tokens by matrices of a small model's gate and up that together are larger than a core's caches, one after the
 * other. Divide by {@link #PRODUCTS} times the tokens for the time of a product.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class DirectMatrixBenchmark {
    static final int ROWS = 3072;
    static final int COLUMNS = 576;
    static final int COPIES = 24;

    /** Of one token and all copies. */
    static final long PRODUCTS = (long) ROWS * COLUMNS * COPIES;

    @Param({"NIBBLES", "BYTES", "BYTES_BY_16", "HALVES"})
    public CodeLayout layout = CodeLayout.NIBBLES;

    @Param({"1", "4", "16"})
    public int tokens;

    private final Arena arena = Arena.ofShared();
    private final List<DirectMatrix> matrices = new ArrayList<>();
    private Operand operand = new Operand(1, COLUMNS);
    private float[] y = new float[0];

    @Setup
    public void fill() {
        for (int copy = 0; copy < COPIES; copy++) {
            DirectMatrix matrix = new DirectMatrix(layout, ROWS, COLUMNS, arena);
            var target = matrix.target(0, ROWS);
            while (target.codes().hasRemaining()) {
                target.codes().put((byte) (target.codes().position() * 37));
            }
            while (target.scales().hasRemaining()) {
                target.scales().put(1);
            }
            matrices.add(matrix);
        }
        operand = new Operand(tokens, COLUMNS);
        operand.set(tokens);
        y = new float[tokens * ROWS];
    }

    @TearDown
    public void free() {
        arena.close();
    }

    @Benchmark
    public float[] sweep() {
        matrices.forEach(matrix -> matrix.multiply(operand, 0, ROWS, y, 0, ROWS));
        return y;
    }
}
