package dev.kvasir.decoder;

import dev.kvasir.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a forward pass lets each row choose from. The whole vocabulary crosses to Java only if a row samples. */
final class TokenChoice {
    private final int @Nullable [] best;
    private final double @Nullable [] logits;
    private final int rows;

    private TokenChoice(int @Nullable [] best, double @Nullable [] logits, int rows) {
        this.best = best;
        this.logits = logits;
        this.rows = rows;
    }

    /** @param logits {@code [rows, 1, vocabulary]} */
    static TokenChoice of(Tensor logits, List<DecodeRow> rows) {
        return rows.stream().allMatch(row -> row.finished() || row.takesBest())
                ? new TokenChoice(BestTokens.of(logits), null, rows.size())
                : new TokenChoice(null, logits.toDoubles(), rows.size());
    }

    /**
     * Lets a row take its next token.
     *
     * @return false if its logits are not all finite, and nothing was taken
     */
    boolean give(int index, DecodeRow row) {
        if (best != null) {
            if (best[index] == BestTokens.NOT_FINITE) {
                return false;
            }
            row.accept(best[index]);
            return true;
        }
        double[] own = own(index);
        if (!Arrays.stream(own).allMatch(Double::isFinite)) {
            return false;
        }
        row.accept(own);
        return true;
    }

    private double[] own(int index) {
        if (logits == null) {
            throw new IllegalStateException("A choice holds best tokens or logits.");
        }
        int vocabulary = logits.length / rows;
        return Arrays.copyOfRange(logits, index * vocabulary, (index + 1) * vocabulary);
    }
}
