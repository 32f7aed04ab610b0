package dev.kvasir.decoder.direct;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a matrix times one token or four, codes widened in registers. Sums are kept in as many lanes as the processor
 * has, so they round differently on different processors. Written out by hand, since what is not inlined is not a vector
 * instruction.
 */
final class DirectKernels {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final int LANES = FLOATS.length();

    /** Tokens that {@code four} takes together; their numbers lie by turns, a vector of each. */
    static final int TOKENS = 4;

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final int NIBBLE = 0x0f;
    private static final int HALF = 16;
    private static final int GROUP = 32;
    private static final int UPPER = 16;

    private DirectKernels() {}

    /** Fewer lanes than a small group's half are not worth it; such processors have better ways. */
    static boolean areSupported() {
        return FloatVector.SPECIES_PREFERRED.length() >= 8;
    }

    private static FloatVector bytes(MemorySegment codes, long at) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, codes, at, ORDER).convertShape(VectorOperators.B2F, FLOATS, 0);
    }

    private static IntVector pairs(MemorySegment codes, long at) {
        return (IntVector) ByteVector.fromMemorySegment(BYTES, codes, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    }

    private static FloatVector low(IntVector pairs) {
        return (FloatVector) pairs.and(NIBBLE).convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    private static FloatVector high(IntVector pairs) {
        return (FloatVector) pairs.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    private static FloatVector half(MemorySegment codes, long at, int shift) {
        IntVector own = pairs(codes, at).lanewise(VectorOperators.LSHR, shift).and(NIBBLE);
        return (FloatVector) own.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    private static FloatVector halves(MemorySegment codes, long at) {
        IntVector wide = (IntVector) ShortVector.fromMemorySegment(SHORTS, codes, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        return wide.lanewise(VectorOperators.LSHL, UPPER).reinterpretAsFloats();
    }

    private static FloatVector all(MemorySegment numbers, long at) {
        return FloatVector.broadcast(FLOATS, numbers.get(FLOAT, at));
    }

    private static FloatVector x(float[] x, int at) {
        return FloatVector.fromArray(FLOATS, x, at);
    }

    private static float sum(FloatVector sums) {
        return sums.reduceLanes(VectorOperators.ADD);
    }

    static void nibblesOne(DirectMatrix w, int from, int to, float[] x, int xAt, float[] y, int yAt) {
        int columns = w.columns();
        long code = (long) from * columns / 2;
        long number = (long) from * columns / GROUP * Float.BYTES;
        for (int row = from; row < to; row++) {
            FloatVector lows = FloatVector.zero(FLOATS);
            FloatVector highs = lows;
            for (int k = 0; k < columns; k += GROUP, code += HALF, number += Float.BYTES) {
                FloatVector scale = all(w.scales(), number);
                FloatVector minimum = all(w.minimums(), number);
                for (int j = 0; j < HALF; j += LANES) {
                    IntVector pairs = pairs(w.codes(), code + j);
                    lows = low(pairs).fma(scale, minimum).fma(x(x, xAt + k + j), lows);
                    highs = high(pairs).fma(scale, minimum).fma(x(x, xAt + k + HALF + j), highs);
                }
            }
            y[yAt + row] = sum(lows.add(highs));
        }
    }

    static void bytesOne(DirectMatrix w, int from, int to, float[] x, int xAt, float[] y, int yAt) {
        int columns = w.columns();
        long code = (long) from * columns;
        long number = (long) from * columns / GROUP * Float.BYTES;
        for (int row = from; row < to; row++) {
            FloatVector sums = FloatVector.zero(FLOATS);
            for (int k = 0; k < columns; k += GROUP, code += GROUP, number += Float.BYTES) {
                FloatVector group = bytes(w.codes(), code).mul(x(x, xAt + k));
                for (int j = LANES; j < GROUP; j += LANES) {
                    group = bytes(w.codes(), code + j).fma(x(x, xAt + k + j), group);
                }
                sums = group.fma(all(w.scales(), number), sums);
            }
            y[yAt + row] = sum(sums);
        }
    }

    static void bytesAndMinimumsOne(DirectMatrix w, int from, int to, float[] x, int xAt, float[] y, int yAt) {
        int columns = w.columns();
        long code = (long) from * columns;
        long number = (long) from * columns / GROUP * Float.BYTES;
        for (int row = from; row < to; row++) {
            FloatVector sums = FloatVector.zero(FLOATS);
            for (int k = 0; k < columns; k += GROUP, code += GROUP, number += Float.BYTES) {
                FloatVector scale = all(w.scales(), number);
                FloatVector minimum = all(w.minimums(), number);
                for (int j = 0; j < GROUP; j += LANES) {
                    sums = bytes(w.codes(), code + j).fma(scale, minimum).fma(x(x, xAt + k + j), sums);
                }
            }
            y[yAt + row] = sum(sums);
        }
    }

    static void bytesBy16One(DirectMatrix w, int from, int to, float[] x, int xAt, float[] y, int yAt) {
        int columns = w.columns();
        long code = (long) from * columns;
        long number = (long) from * columns / HALF * Float.BYTES;
        for (int row = from; row < to; row++) {
            FloatVector sums = FloatVector.zero(FLOATS);
            for (int k = 0; k < columns; k += HALF, code += HALF, number += Float.BYTES) {
                FloatVector group = bytes(w.codes(), code).mul(x(x, xAt + k));
                for (int j = LANES; j < HALF; j += LANES) {
                    group = bytes(w.codes(), code + j).fma(x(x, xAt + k + j), group);
                }
                sums = group.fma(all(w.scales(), number), sums);
            }
            y[yAt + row] = sum(sums);
        }
    }

    static void halvesOne(DirectMatrix w, int from, int to, float[] x, int xAt, float[] y, int yAt) {
        int columns = w.columns();
        int whole = FLOATS.loopBound(columns);
        for (int row = from; row < to; row++) {
            long code = (long) row * columns * Short.BYTES;
            FloatVector sums = FloatVector.zero(FLOATS);
            for (int k = 0; k < whole; k += LANES) {
                sums = halves(w.codes(), code + (long) k * Short.BYTES).fma(x(x, xAt + k), sums);
            }
            float sum = sum(sums);
            for (int k = whole; k < columns; k++) {
                sum += DirectMatrix.widened(w.codes(), code + (long) k * Short.BYTES) * x[xAt + k];
            }
            y[yAt + row] = sum;
        }
    }

    /** Rows {@code row} and {@code next}, which may be the same, times four tokens. */
    static void nibblesFour(DirectMatrix w, int row, int next, float[] x, float[] sums) {
        int columns = w.columns();
        long code = (long) row * columns / 2;
        long number = (long) row * columns / GROUP * Float.BYTES;
        long apart = (long) (next - row) * columns / 2;
        long numbersApart = (long) (next - row) * columns / GROUP * Float.BYTES;
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int k = 0; k < columns; k += GROUP, code += HALF, number += Float.BYTES) {
            FloatVector scaleA = all(w.scales(), number);
            FloatVector minimumA = all(w.minimums(), number);
            FloatVector scaleB = all(w.scales(), number + numbersApart);
            FloatVector minimumB = all(w.minimums(), number + numbersApart);
            // both halves by one piece of code: a longer one is not inlined any more
            for (int j = 0; j < GROUP; j += LANES) {
                int shift = j < HALF ? 0 : 4;
                int inHalf = j % HALF;
                FloatVector a = half(w.codes(), code + inHalf, shift).fma(scaleA, minimumA);
                FloatVector b = half(w.codes(), code + apart + inHalf, shift).fma(scaleB, minimumB);
                int at = (k + j) * TOKENS;
                FloatVector x0 = x(x, at);
                FloatVector x1 = x(x, at + LANES);
                FloatVector x2 = x(x, at + 2 * LANES);
                FloatVector x3 = x(x, at + 3 * LANES);
                a0 = a.fma(x0, a0);
                b0 = b.fma(x0, b0);
                a1 = a.fma(x1, a1);
                b1 = b.fma(x1, b1);
                a2 = a.fma(x2, a2);
                b2 = b.fma(x2, b2);
                a3 = a.fma(x3, a3);
                b3 = b.fma(x3, b3);
            }
        }
        sums[0] = sum(a0);
        sums[1] = sum(a1);
        sums[2] = sum(a2);
        sums[3] = sum(a3);
        sums[4] = sum(b0);
        sums[5] = sum(b1);
        sums[6] = sum(b2);
        sums[7] = sum(b3);
    }

    /** Like {@link #nibblesFour}; groups of any size from 16, with minimums or without. */
    static void bytesFour(DirectMatrix w, int row, int next, float[] x, float[] sums) {
        int columns = w.columns();
        int group = w.layout().group();
        boolean hasMinimums = w.layout().hasMinimums();
        long code = (long) row * columns;
        long number = (long) row * columns / group * Float.BYTES;
        long apart = (long) (next - row) * columns;
        long numbersApart = (long) (next - row) * columns / group * Float.BYTES;
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector minimumA = a0;
        FloatVector minimumB = a0;
        for (int k = 0; k < columns; k += group, number += Float.BYTES) {
            FloatVector scaleA = all(w.scales(), number);
            FloatVector scaleB = all(w.scales(), number + numbersApart);
            if (hasMinimums) {
                minimumA = all(w.minimums(), number);
                minimumB = all(w.minimums(), number + numbersApart);
            }
            for (int j = 0; j < group; j += LANES) {
                FloatVector a = bytes(w.codes(), code + k + j).fma(scaleA, minimumA);
                FloatVector b = bytes(w.codes(), code + apart + k + j).fma(scaleB, minimumB);
                int at = (k + j) * TOKENS;
                FloatVector x0 = x(x, at);
                FloatVector x1 = x(x, at + LANES);
                FloatVector x2 = x(x, at + 2 * LANES);
                FloatVector x3 = x(x, at + 3 * LANES);
                a0 = a.fma(x0, a0);
                b0 = b.fma(x0, b0);
                a1 = a.fma(x1, a1);
                b1 = b.fma(x1, b1);
                a2 = a.fma(x2, a2);
                b2 = b.fma(x2, b2);
                a3 = a.fma(x3, a3);
                b3 = b.fma(x3, b3);
            }
        }
        sums[0] = sum(a0);
        sums[1] = sum(a1);
        sums[2] = sum(a2);
        sums[3] = sum(a3);
        sums[4] = sum(b0);
        sums[5] = sum(b1);
        sums[6] = sum(b2);
        sums[7] = sum(b3);
    }
}
