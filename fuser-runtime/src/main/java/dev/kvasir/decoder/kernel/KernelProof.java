package dev.kvasir.decoder.kernel;

import dev.kvasir.torch.TorchProgramException;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Compares a kernel's numbers with sums in double, over awkward sizes and over the largest operands, where sums of 8-bit
 * products overflow on a processor that adds them in 16 bits.
 */
final class KernelProof {
    private static final int[] ROWS = {1, 3, 16, 70};
    private static final MatrixShape[] SHAPES = {new MatrixShape(20, 36), new MatrixShape(130, 576)};

    private KernelProof() {}

    /** What is wrong; empty if nothing is. */
    static String fault(Kernel kernel) {
        try {
            for (MatrixShape shape : SHAPES) {
                Random random = new Random(1);
                String fault = fault(kernel, shape, index -> random.nextGaussian());
                if (fault.isEmpty()) {
                    fault = fault(kernel, shape, index -> 1);
                }
                if (!fault.isEmpty()) {
                    return fault;
                }
            }
            return "";
        } catch (TorchProgramException refused) {
            return String.valueOf(refused.getMessage()).lines().findFirst().orElse("refused");
        }
    }

    private static String fault(Kernel kernel, MatrixShape shape, IntToDoubleFunction value) {
        float[] matrix = filled(shape.rows() * shape.columns(), value);
        try (KernelTrial trial = new KernelTrial(kernel, shape)) {
            trial.hold(kernel, matrix, 1);
            for (int rows : ROWS) {
                float[] x = filled(rows * shape.columns(), value);
                double error = relativeError(trial.product(x), x, matrix, shape);
                // written so that NaN fails too
                if (!(error < allowed(kernel))) {
                    return "wrong by %.3g for %d rows by %s".formatted(error, rows, shape);
                }
            }
            return "";
        }
    }

    /** What rounding explains, on random numbers; far below what an overflow does. */
    private static double allowed(Kernel kernel) {
        return switch (kernel.rounding()) {
            case NONE -> 1e-5;
            case HALF -> 1e-2;
            case BYTE -> 4e-2;
        };
    }

    private static double relativeError(float[] product, float[] x, float[] matrix, MatrixShape shape) {
        double wrong = 0;
        double right = 0;
        for (int i = 0; i < product.length; i++) {
            int row = i / shape.rows();
            int output = i % shape.rows();
            double sum = 0;
            for (int k = 0; k < shape.columns(); k++) {
                sum += (double) x[row * shape.columns() + k] * matrix[output * shape.columns() + k];
            }
            wrong += (product[i] - sum) * (product[i] - sum);
            right += sum * sum;
        }
        return Math.sqrt(wrong / right);
    }

    private static float[] filled(int count, IntToDoubleFunction value) {
        float[] filled = new float[count];
        for (int i = 0; i < count; i++) {
            filled[i] = (float) value.applyAsDouble(i);
        }
        return filled;
    }
}
