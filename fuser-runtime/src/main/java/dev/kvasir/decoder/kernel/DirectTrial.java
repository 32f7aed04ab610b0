package dev.kvasir.decoder.kernel;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.decoder.direct.Warmup;
import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** The kernel that is Java's. It is compiled before it is timed. */
final class DirectTrial implements Trial {
    private final Arena arena = Arena.ofShared();
    private final List<DirectMatrix> copies = new ArrayList<>();
    private final MatrixShape shape;

    DirectTrial(CodeLayout layout, MatrixShape shape, int count) {
        this.shape = shape;
        for (int copy = 0; copy < count; copy++) {
            DirectMatrix matrix = new DirectMatrix(layout, shape.rows(), shape.columns(), arena);
            fill(matrix.target(0, shape.rows()), copy);
            copies.add(matrix);
        }
    }

    private static void fill(CodeTarget target, int from) {
        for (int code = from; target.codes().hasRemaining(); code++) {
            target.codes().put((byte) (code * 37));
        }
        while (target.scales().hasRemaining()) {
            target.scales().put(1);
        }
        while (target.minimums().hasRemaining()) {
            target.minimums().put(1);
        }
    }

    @Override
    public Runnable sweep(int rows) {
        Operand operand = new Operand(rows, shape.columns());
        float[] noise = KernelTrial.noise(rows * shape.columns());
        System.arraycopy(noise, 0, operand.rows(), 0, noise.length);
        operand.set(rows);
        float[] y = new float[rows * shape.rows()];
        Warmup.of(copies.getFirst().layout(), rows > 1);
        return () -> copies.forEach(copy -> multiply(copy, operand, shape.rows(), y));
    }

    private void multiply(DirectMatrix matrix, Operand operand, int rows, float[] y) {
        matrix.multiply(operand, 0, rows, y, 0, shape.rows());
    }

    @Override
    public void close() {
        arena.close();
    }
}
