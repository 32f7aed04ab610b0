package dev.kvasir.decoder.step;

import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.decoder.kernel.MatrixRole;

/** Multiplies tokens by a model's matrices. */
@FunctionalInterface
public interface Products {

    /**
     * Multiplies what the operand's first rows hold.
     *
     * @param layer 0 for the head
     * @param tokens how many rows those are
     * @param y receives a token's products, one token behind the other
     */
    void multiply(MatrixRole role, int layer, Operand operand, int tokens, float[] y);
}
