package dev.kvasir.decoder;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;

/** Finds the best token of each row where the logits lie, so that a whole vocabulary need not cross to Java. */
final class BestTokens {
    /** What stands for the best token of a row whose logits are not all finite. */
    static final int NOT_FINITE = -1;

    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def best(self, logits: Tensor) -> Tensor:
              # a sum is finite only if all its parts are
              finite = torch.isfinite(torch.sum(logits, [-1]))
              return torch.where(finite, torch.argmax(logits, -1), -1)
            """);

    private BestTokens() {}

    /**
     * The lowest id with the highest logit of each row.
     *
     * @param logits {@code [rows, 1, vocabulary]}
     */
    static int[] of(Tensor logits) {
        try (TensorScope scope = TensorScope.root()) {
            long[] best = PROGRAM.run(scope, "best", logits).getFirst().toLongs();
            int[] ids = new int[best.length];
            for (int row = 0; row < ids.length; row++) {
                ids[row] = (int) best[row];
            }
            return ids;
        }
    }
}
