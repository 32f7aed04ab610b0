package dev.kvasir.decoder.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Rounds the rows of a matrix to 8 bits: {@code w} is about {@code q * scale}, q from -127 to 127, one scale a row. */
public final class RowRounding {
    private static final float LARGEST = 127;
    /** Adding it pushes a small float's fraction out of the mantissa, rounded to even; its bits then count in ones. */
    private static final float ROUNDING = 1.5f * (1 << 23);

    private RowRounding() {}

    /**
     * Rounds whole rows.
     *
     * @param rows floats from the buffer's position to its limit
     * @param target receives the bytes at its position, which advances
     * @param scales receives one number a row, from index 0 on
     */
    public static void round(FloatBuffer rows, int columns, ByteBuffer target, float[] scales) {
        float[] row = new float[columns];
        byte[] rounded = new byte[columns];
        for (int at = 0; rows.hasRemaining(); at++) {
            rows.get(row);
            scales[at] = round(row, rounded);
            target.put(rounded);
        }
    }

    private static float round(float[] row, byte[] rounded) {
        // Magnitudes lie in the order of their bits, NaN above all; of integers the JVM compares many at once.
        int largestBits = 0;
        for (float value : row) {
            largestBits = Math.max(largestBits, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        float largest = Float.intBitsToFloat(largestBits);
        float inverse = largest == 0 ? 0 : LARGEST / largest;
        for (int i = 0; i < row.length; i++) {
            rounded[i] =
                    (byte) (Float.floatToRawIntBits(row[i] * inverse + ROUNDING) - Float.floatToRawIntBits(ROUNDING));
        }
        return largest == 0 ? 1 : largest / LARGEST;
    }
}
