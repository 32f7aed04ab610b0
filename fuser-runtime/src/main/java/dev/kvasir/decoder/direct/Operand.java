package dev.kvasir.decoder.direct;

import java.util.Arrays;

/** Tokens that matrices are multiplied by, also in the order that four at once want them in. Used again and again. */
public final class Operand {
    /** Fewer are quicker one by one. */
    private static final int FEWEST = 3;

    private final int columns;
    private final float[] rows;
    private final float[][] byTurns;
    private int tokens;
    private boolean isArranged;

    /**
     * Makes room.
     *
     * @param most tokens at once
     * @param columns numbers of a token
     */
    public Operand(int most, int columns) {
        this.columns = columns;
        this.rows = new float[most * columns];
        int fours = most < FEWEST ? 0 : (most + DirectKernels.TOKENS - 1) / DirectKernels.TOKENS;
        this.byTurns = new float[fours][DirectKernels.TOKENS * columns];
    }

    /** Numbers of a token. */
    public int columns() {
        return columns;
    }

    /** The tokens' numbers, one token behind the other: written by the caller before {@link #set}. */
    public float[] rows() {
        return rows;
    }

    /** Takes over what the first rows hold. */
    public void set(int count) {
        tokens = count;
        isArranged = false;
    }

    int tokens() {
        return tokens;
    }

    boolean isByTurns() {
        return tokens >= FEWEST;
    }

    /** Four tokens from {@code first} on, a vector's width of each by turns; those that are not there are zero. */
    float[] four(int first) {
        if (!isArranged) {
            arrange();
            isArranged = true;
        }
        return byTurns[first / DirectKernels.TOKENS];
    }

    private void arrange() {
        int lanes = DirectKernels.LANES;
        for (int token = 0; token < byTurns.length * DirectKernels.TOKENS && first(token) < tokens; token++) {
            float[] target = byTurns[token / DirectKernels.TOKENS];
            int turn = token % DirectKernels.TOKENS;
            for (int k = 0; k + lanes <= columns; k += lanes) {
                int at = k * DirectKernels.TOKENS + turn * lanes;
                if (token < tokens) {
                    System.arraycopy(rows, token * columns + k, target, at, lanes);
                } else {
                    Arrays.fill(target, at, at + lanes, 0);
                }
            }
        }
    }

    private static int first(int token) {
        return token - token % DirectKernels.TOKENS;
    }
}
