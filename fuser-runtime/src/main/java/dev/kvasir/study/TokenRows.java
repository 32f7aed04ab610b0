package dev.kvasir.study;

import dev.kvasir.torch.Tensor;
import java.util.Arrays;

/** Keys or values of some tokens, a row each: the features of all KV heads, head by head. Grows up to a bound. */
final class TokenRows {

    private final int most;
    private double[] values = new double[0];
    private int width;
    private int count;

    /** @param most rows that are kept; later ones are dropped */
    TokenRows(int most) {
        this.most = most;
    }

    /** @param keysOrValues {@code [1, kvHeads, tokens, headDim]} */
    void add(Tensor keysOrValues) {
        double[] elements = keysOrValues.toDoubles();
        int heads = (int) keysOrValues.size(1);
        int tokens = (int) keysOrValues.size(2);
        int headDim = (int) keysOrValues.size(3);
        width = heads * headDim;
        int kept = Math.min(tokens, most - count);
        reserve(count + kept);
        for (int token = 0; token < kept; token++) {
            for (int head = 0; head < heads; head++) {
                System.arraycopy(
                        elements,
                        (head * tokens + token) * headDim,
                        values,
                        (count + token) * width + head * headDim,
                        headDim);
            }
        }
        count += kept;
    }

    private void reserve(int rows) {
        if (rows * width > values.length) {
            values = Arrays.copyOf(values, Math.max(2 * values.length, rows * width));
        }
    }

    int count() {
        return count;
    }

    int width() {
        return width;
    }

    double at(int row, int column) {
        return values[row * width + column];
    }

    /** A copy, row-major. */
    double[] toArray() {
        return Arrays.copyOf(values, count * width);
    }
}
