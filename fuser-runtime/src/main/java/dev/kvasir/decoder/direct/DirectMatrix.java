package dev.kvasir.decoder.direct;

import dev.kvasir.model.CodeLayout;
import dev.kvasir.model.CodeTarget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A matrix {@code [rows, columns]} held as its file has it, outside the heap, in an arena of its owner's. It gives the
 * numbers of its widened self, up to the order of sums. Several threads may multiply.
 */
public final class DirectMatrix {
    private static final int ALIGNMENT = 64;
    private static final int NIBBLE = 0x0f;

    private final CodeLayout layout;
    private final int rows;
    private final int columns;
    private final MemorySegment codes;
    private final MemorySegment scales;
    private final MemorySegment minimums;

    /**
     * Memory for a matrix, to be {@linkplain #target filled}.
     *
     * @param columns a multiple of the layout's group
     */
    public DirectMatrix(CodeLayout layout, int rows, int columns, Arena arena) {
        if (columns % layout.group() != 0) {
            throw new IllegalArgumentException(
                    "Rows of %d cannot be held in groups of %d.".formatted(columns, layout.group()));
        }
        this.layout = layout;
        this.rows = rows;
        this.columns = columns;
        long groups = (long) rows * columns / layout.group();
        this.codes = arena.allocate(groups * layout.groupBytes(), ALIGNMENT);
        this.scales = arena.allocate(layout.hasScales() ? groups * Float.BYTES : 0, ALIGNMENT);
        this.minimums = arena.allocate(layout.hasMinimums() ? groups * Float.BYTES : 0, ALIGNMENT);
    }

    /** Whether this JVM multiplies by such matrices at all. */
    public static boolean isSupported() {
        return VectorApi.isPresent() && DirectKernels.areSupported();
    }

    /** Where the rows {@code from} to before {@code to} are to be written. */
    public CodeTarget target(int from, int to) {
        long group = (long) from * columns / layout.group();
        long count = (long) (to - from) * columns / layout.group();
        return new CodeTarget(
                buffer(codes, group * layout.groupBytes(), count * layout.groupBytes()),
                floats(scales, group, layout.hasScales() ? count : 0),
                floats(minimums, group, layout.hasMinimums() ? count : 0));
    }

    private static FloatBuffer floats(MemorySegment numbers, long at, long count) {
        return count == 0
                ? FloatBuffer.allocate(0)
                : buffer(numbers, at * Float.BYTES, count * Float.BYTES).asFloatBuffer();
    }

    private static ByteBuffer buffer(MemorySegment memory, long at, long bytes) {
        return memory.asSlice(at, bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    public CodeLayout layout() {
        return layout;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Bytes it takes. */
    public long bytes() {
        return codes.byteSize() + scales.byteSize() + minimums.byteSize();
    }

    MemorySegment codes() {
        return codes;
    }

    MemorySegment scales() {
        return scales;
    }

    MemorySegment minimums() {
        return minimums;
    }

    /** Writes one row, widened, at {@code at}. */
    public void row(int row, float[] to, int at) {
        long first = (long) row * columns;
        for (int i = 0; i < columns; i++) {
            long group = (first + i) / layout.group();
            float minimum = layout.hasMinimums() ? number(minimums, group) : 0;
            to[at + i] = switch (layout) {
                case HALVES -> widened(codes, (first + i) * Short.BYTES);
                case NIBBLES -> number(scales, group) * nibble(group, (int) ((first + i) % layout.group())) + minimum;
                case BYTES, BYTES_AND_MINIMUMS, BYTES_BY_16 ->
                    number(scales, group) * codes.get(ValueLayout.JAVA_BYTE, first + i) + minimum;
            };
        }
    }

    /** A BF16 number. */
    static float widened(MemorySegment halves, long at) {
        return Float.intBitsToFloat(halves.get(ValueLayout.JAVA_SHORT, at) << Short.SIZE);
    }

    private int nibble(long group, int inGroup) {
        int half = layout.groupBytes();
        int pair = codes.get(ValueLayout.JAVA_BYTE, group * half + inGroup % half);
        return (inGroup < half ? pair : pair >> 4) & NIBBLE;
    }

    private static float number(MemorySegment numbers, long index) {
        return numbers.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    /**
     * Multiplies tokens by some rows.
     *
     * @param from the first row
     * @param to the row behind the last
     * @param y receives a token's products from {@code yAt} plus its number times {@code stride} on, row r at r
     */
    public void multiply(Operand operand, int from, int to, float[] y, int yAt, int stride) {
        if (operand.tokens() == 1) {
            one(from, to, operand.rows(), 0, y, yAt);
        } else if (operand.isByTurns() && layout != CodeLayout.HALVES) {
            four(operand, from, to, y, yAt, stride);
        } else {
            for (int row = from; row < to; row++) {
                for (int token = 0; token < operand.tokens(); token++) {
                    one(row, row + 1, operand.rows(), token * columns, y, yAt + token * stride);
                }
            }
        }
    }

    private void four(Operand operand, int from, int to, float[] y, int yAt, int stride) {
        float[] sums = new float[2 * DirectKernels.TOKENS];
        for (int row = from; row < to; row += 2) {
            int next = Math.min(row + 1, to - 1);
            for (int first = 0; first < operand.tokens(); first += DirectKernels.TOKENS) {
                four(operand.four(first), row, next, sums);
                int count = Math.min(DirectKernels.TOKENS, operand.tokens() - first);
                for (int token = 0; token < count; token++) {
                    int at = yAt + (first + token) * stride;
                    y[at + row] = sums[token];
                    y[at + next] = sums[DirectKernels.TOKENS + token];
                }
            }
        }
    }

    private void one(int from, int to, float[] x, int xAt, float[] y, int yAt) {
        switch (layout) {
            case NIBBLES -> DirectKernels.nibblesOne(this, from, to, x, xAt, y, yAt);
            case BYTES -> DirectKernels.bytesOne(this, from, to, x, xAt, y, yAt);
            case BYTES_AND_MINIMUMS -> DirectKernels.bytesAndMinimumsOne(this, from, to, x, xAt, y, yAt);
            case BYTES_BY_16 -> DirectKernels.bytesBy16One(this, from, to, x, xAt, y, yAt);
            case HALVES -> DirectKernels.halvesOne(this, from, to, x, xAt, y, yAt);
        }
    }

    private void four(float[] x, int row, int next, float[] sums) {
        switch (layout) {
            case NIBBLES -> DirectKernels.nibblesFour(this, row, next, x, sums);
            case BYTES, BYTES_AND_MINIMUMS, BYTES_BY_16 -> DirectKernels.bytesFour(this, row, next, x, sums);
            case HALVES -> throw new IllegalStateException("Halves are multiplied one by one");
        }
    }
}
