package dev.kvasir.model.gguf;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Memory for one piece of a tensor, which grows to the largest. */
final class Scratch {

    private byte[] bytes = new byte[0];
    private float[] floats = new float[0];

    /** At least so many; what they hold is left over. */
    byte[] bytes(int count) {
        if (bytes.length < count) {
            bytes = new byte[count];
        }
        return bytes;
    }

    /** Like {@link #bytes}. */
    float[] floats(int count) {
        if (floats.length < count) {
            floats = new float[count];
        }
        return floats;
    }

    /**
     * Lends scratches to readers, one each: a model is read in thousands of pieces, and with memory of their own the heap would
     * swell by what a model weighs.
     */
    static final class Pool {
        private final Queue<Scratch> idle = new ConcurrentLinkedQueue<>();

        void lend(Consumer<Scratch> reader) {
            Scratch left = idle.poll();
            Scratch scratch = left == null ? new Scratch() : left;
            reader.accept(scratch);
            idle.add(scratch);
        }
    }
}
