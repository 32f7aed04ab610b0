package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;

/**
 * How many directions a cache really uses: {@code exp} of the entropy of its singular values, each divided by their sum.
 *
 * <p>C2C (arXiv:2510.03215), Table 2. Rows are tokens, columns the features of all KV heads; nothing is centred.
 */
public final class EffectiveRank {

    private EffectiveRank() {}

    /**
     * Of any matrix.
     *
     * @param values row-major, {@code rows * columns} of them
     */
    public static double of(double[] values, int rows, int columns) {
        try (TensorScope scope = TensorScope.root()) {
            return rank(scope, scope.doubles(values, rows, columns));
        }
    }

    /**
     * Of one row of a layer's keys or values.
     *
     * @param keysOrValues {@code [1, kvHeads, tokens, headDim]}
     */
    public static double of(Tensor keysOrValues) {
        try (TensorScope scope = TensorScope.root()) {
            if (keysOrValues.size(0) != 1) {
                throw new IllegalArgumentException("An effective rank is of one row, not of " + keysOrValues.size(0));
            }
            return rank(scope, PROGRAM.run(scope, "tokens", keysOrValues).getFirst());
        }
    }

    private static double rank(TensorScope scope, Tensor matrix) {
        return PROGRAM.run(scope, "effective_rank", matrix).getFirst().toDoubles()[0];
    }
}
