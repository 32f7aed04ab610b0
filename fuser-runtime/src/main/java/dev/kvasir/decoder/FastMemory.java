package dev.kvasir.decoder;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.decoder.step.ModelVectors;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/**
 * What the fast profile holds outside its programs: the embedding, norms and biases, and matrices that are multiplied as the
 * file has them.
 *
 * @param arena owns the matrices
 * @param embedding {@code [vocabulary, hidden]}; a tied head's matrix too
 * @param matrices by role and layer, in parts whose rows lie one below the other
 */
record FastMemory(Arena arena, DirectMatrix embedding, ModelVectors vectors, Map<Key, List<DirectMatrix>> matrices)
        implements AutoCloseable {

    record Key(MatrixRole role, int layer) {}

    FastMemory {
        matrices = Map.copyOf(matrices);
    }

    /** Products of the operand's tokens, one token behind the other. */
    void multiply(MatrixRole role, int layer, Operand operand, float[] y) {
        List<DirectMatrix> parts = matrices.getOrDefault(new Key(role, layer), List.of());
        int stride = parts.stream().mapToInt(DirectMatrix::rows).sum();
        int at = 0;
        for (DirectMatrix part : parts) {
            part.multiply(operand, 0, part.rows(), y, at, stride);
            at += part.rows();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
