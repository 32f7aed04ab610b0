package dev.kvasir.decoder.kernel;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Rounds to BF16: the upper halves of floats, to even. */
public final class HalfRounding {
    private static final int PIECE = 4096;
    private static final int BELOW_HALF = 0x7fff;

    private HalfRounding() {}

    /** Rounds what remains of {@code from}; the target's position advances. */
    public static void round(FloatBuffer from, ShortBuffer target) {
        float[] floats = new float[PIECE];
        short[] halves = new short[PIECE];
        while (from.hasRemaining()) {
            int count = Math.min(PIECE, from.remaining());
            from.get(floats, 0, count);
            for (int i = 0; i < count; i++) {
                int bits = Float.floatToRawIntBits(floats[i]);
                halves[i] = (short) ((bits + BELOW_HALF + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
            }
            target.put(halves, 0, count);
        }
    }
}
