package dev.kvasir.decoder.kernel;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.nio.FloatBuffer;

/** One kernel in a program of its own, with matrices made up from a seed: to see whether it works, and how fast. */
final class KernelTrial implements Trial {
    private static final String MANY = """
            def many(self, x: Tensor, copies: int) -> Tensor:
              y = self.multiply_head(x, 0)
              for l in range(1, copies):
                y = self.multiply_head(x, l)
              return y
            """;

    private final MatrixShape shape;
    private final TorchProgram program;
    private final TensorScope scope = TensorScope.root();
    private int copies;

    KernelTrial(Kernel kernel, MatrixShape shape) {
        KernelPlan plan = KernelPlan.all(kernel);
        this.shape = shape;
        this.program = TorchProgram.compile(KernelText.methods(plan) + MANY, KernelText.lists(plan));
    }

    /** Keeps some copies of a matrix of floats, each by itself. */
    void hold(Kernel kernel, float[] matrix, int count) {
        try (TensorScope step = scope.child()) {
            if (kernel.takesBytes()) {
                float[] scales = new float[shape.rows()];
                Tensor q = step.empty(ElementType.I8, shape.rows(), shape.columns());
                RowRounding.round(FloatBuffer.wrap(matrix), shape.columns(), q.memory(), scales);
                hold(step, count, "hold_head_bytes", q, step.floats(scales, scales.length));
            } else if (kernel.takesHalves()) {
                Tensor halves = step.empty(ElementType.BF16, shape.rows(), shape.columns());
                HalfRounding.round(FloatBuffer.wrap(matrix), halves.memory().asShortBuffer());
                hold(step, count, "hold_head_halves", halves);
            } else {
                // what torch keeps as it is must not be one memory for all copies
                for (int copy = 0; copy < count; copy++) {
                    hold(step, 1, "hold_head_floats", step.floats(matrix, shape.rows(), shape.columns()));
                }
            }
        }
    }

    private void hold(TensorScope step, int count, String method, Object... arguments) {
        for (int copy = 0; copy < count; copy++) {
            program.run(step, method, arguments);
            copies++;
        }
    }

    /** @param x {@code [rows, columns]} */
    float[] product(float[] x) {
        try (TensorScope step = scope.child()) {
            Tensor rows = step.floats(x, x.length / shape.columns(), shape.columns());
            return program.run(step, "many", rows, 1).getFirst().toFloats();
        }
    }

    @Override
    public Runnable sweep(int rows) {
        Tensor x = scope.floats(noise(rows * shape.columns()), rows, shape.columns());
        return () -> {
            try (TensorScope step = scope.child()) {
                program.run(step, "many", x, copies);
            }
        };
    }

    @Override
    public void close() {
        scope.close();
        program.close();
    }

    /** Numbers from -1 to 1, always the same. */
    static float[] noise(int count) {
        float[] values = new float[count];
        int state = 1;
        for (int i = 0; i < count; i++) {
            state = state * 1664525 + 1013904223; // Numerical Recipes' generator; its upper bits are good enough here
            values[i] = state * 0x1p-31f;
        }
        return values;
    }
}
