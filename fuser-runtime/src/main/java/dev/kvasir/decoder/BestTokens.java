package dev.kvasir.decoder;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.Arrays;
import java.util.List;

/** Finds the best token of each row where the logits lie, so that a whole vocabulary need not cross to Java. */
final class BestTokens {
    /** What stands for the best token of a row whose logits are not all finite. */
    static final int NOT_FINITE = -1;

    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def best(self, logits: Tensor) -> Tensor:
              # a sum is finite only if all its parts are
              finite = torch.isfinite(torch.sum(logits, [-1]))
              return torch.where(finite, torch.argmax(logits, -1), -1)
            def sure(self, logits: Tensor, margin: float) -> Tensor:
              two, ids, = torch.topk(logits, 2)
              ahead = torch.sub(torch.select(two, -1, 0), torch.select(two, -1, 1))
              # a comparison with NaN is false
              return torch.where(torch.gt(ahead, margin), torch.select(ids, -1, 0), -1)
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

    /** The best tokens of some positions, where they are clearly the best. */
    record Sure(List<Integer> ids) {
        Sure {
            ids = List.copyOf(ids);
        }

        boolean isSure(int position) {
            return ids.get(position) >= 0;
        }

        int id(int position) {
            return ids.get(position);
        }
    }

    /**
     * The best tokens of one row's positions that are ahead of all others.
     *
     * @param logits {@code [1, positions, vocabulary]}
     * @param margin by how much they must be
     */
    static Sure sure(Tensor logits, double margin) {
        try (TensorScope scope = TensorScope.root()) {
            long[] ids = PROGRAM.run(scope, "sure", logits, margin).getFirst().toLongs();
            return new Sure(Arrays.stream(ids).mapToObj(id -> (int) id).toList());
        }
    }
}
