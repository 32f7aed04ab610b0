package dev.kvasir.bench;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchProgram;

/**
 * What the device can do at best, through the same library and threads: read as many bytes as the model's weights take,
 * and multiply matrices.
 */
final class MachineLimits implements AutoCloseable {
    /** Rows and columns of the matrices multiplied. */
    private static final int SIDE = 1024;

    private final TorchProgram program = TorchProgram.compile("""
            def sweep(self, x: Tensor) -> Tensor:
              return torch.sum(x)
            def multiply(self, x: Tensor, y: Tensor, type: int) -> Tensor:
              return torch.select(torch.select(torch.linear(torch.to(x, type), torch.to(y, type)), 0, 0), 0, 0)
            """);

    private final TensorScope scope;
    private final Tensor weights;
    private final Tensor left;
    private final Tensor right;

    MachineLimits(long bytes, TorchDevice device) {
        this.scope = TensorScope.root(device);
        this.weights = scope.zeros(ElementType.F32, bytes / Float.BYTES);
        this.left = scope.zeros(ElementType.F32, SIDE, SIDE);
        this.right = scope.zeros(ElementType.F32, SIDE, SIDE);
    }

    /** Reads as many bytes as the weights have. */
    Stint sweep() {
        return run("sweep", weights);
    }

    /** The quicker of float and bfloat16, in operations a second of the thread's own time. */
    double gemm() {
        double operations = 2.0 * SIDE * SIDE * SIDE;
        double floats = operations
                / run("multiply", left, right, ElementType.F32.code()).ownSeconds();
        double halves = operations
                / run("multiply", left, right, ElementType.BF16.code()).ownSeconds();
        return Math.max(floats, halves);
    }

    private Stint run(String method, Object... arguments) {
        try (TensorScope step = scope.child()) {
            // reading the number waits for the device
            return Stint.of(
                    scope.device(),
                    () -> program.run(step, method, arguments).getFirst().toFloats());
        }
    }

    @Override
    public void close() {
        scope.close();
        program.close();
    }
}
