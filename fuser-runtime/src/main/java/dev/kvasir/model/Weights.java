package dev.kvasir.model;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a checkpoint under their Hugging Face names ({@code model.layers.0.self_attn.q_proj.weight}), whatever
 * the file calls them, with rows in Hugging Face order and norm weights as Hugging Face stores them. Several threads may
 * read.
 */
public interface Weights extends AutoCloseable {

    Set<String> names();

    /**
     * The extents of a tensor.
     *
     * @throws ModelInvalidException if there is no such tensor
     */
    TensorShape shape(String name);

    /** How the file stores the tensor: {@code BF16}, {@code Q4_K} and so on. */
    String storedAs(String name);

    /**
     * Writes the tensor's values, row-major, at the buffer's position, which advances.
     *
     * @throws ModelInvalidException if there is no such tensor or the file has changed
     * @throws java.nio.BufferOverflowException if they do not fit
     */
    void readFloats(String name, FloatBuffer target);

    /**
     * Like {@link #readFloats}, of a matrix only the rows {@code from} to before {@code to}. Sources that can seek read
     * nothing else.
     */
    default void readRows(String name, int from, int to, FloatBuffer target) {
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(shape(name).elements()));
        readFloats(name, all);
        int columns = Math.toIntExact(shape(name).extent(1));
        target.put(all.slice(from * columns, (to - from) * columns));
    }

    /** How the rows of a matrix can be held as the file has them; empty if only widened. */
    default Optional<CodeLayout> codeLayout(String name) {
        return storedAs(name).equals("BF16") ? Optional.of(CodeLayout.HALVES) : Optional.empty();
    }

    /**
     * Reads the rows {@code from} to before {@code to} as the {@linkplain #codeLayout layout} says. Codes, scales and minimums
     * give what {@link #readFloats} does, up to the rounding of a float.
     */
    default void readCodes(String name, int from, int to, CodeTarget target) {
        int columns = Math.toIntExact(shape(name).extent(1));
        FloatBuffer floats = FloatBuffer.allocate((to - from) * columns);
        readRows(name, from, to, floats);
        floats.flip();
        while (floats.hasRemaining()) {
            target.codes().putShort((short) (Float.floatToRawIntBits(floats.get()) >>> 16));
        }
    }

    /** Like {@link #readFloats}, for what computes in double; exact where the file holds floats. */
    default void readDoubles(String name, DoubleBuffer target) {
        FloatBuffer floats = FloatBuffer.allocate(Math.toIntExact(shape(name).elements()));
        readFloats(name, floats);
        floats.flip();
        while (floats.hasRemaining()) {
            target.put(floats.get());
        }
    }

    @Override
    void close();
}
