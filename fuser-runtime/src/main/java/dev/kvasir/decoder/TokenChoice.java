package dev.kvasir.decoder;

import dev.kvasir.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a forward pass lets each row choose from. The whole vocabulary crosses to Java only for a row that needs it. */
final class TokenChoice {
    private final Tensor logits;
    private final int rows;
    private final int @Nullable [] best;
    private double @Nullable [] all;

    private TokenChoice(Tensor logits, int rows, int @Nullable [] best) {
        this.logits = logits;
        this.rows = rows;
        this.best = best;
    }

    /** @param logits {@code [rows, 1, vocabulary]}; stays open as long as tokens are given */
    static TokenChoice of(Tensor logits, List<DecodeRow> rows) {
        boolean areBest = rows.stream().allMatch(row -> row.finished() || row.takesBest());
        return new TokenChoice(logits, rows.size(), areBest ? BestTokens.of(logits) : null);
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
            if (row.allows(best[index])) {
                row.accept(best[index]);
                return true;
            }
        }
        double[] own = own(index);
        if (!Arrays.stream(own).allMatch(Double::isFinite)) {
            return false;
        }
        row.accept(own);
        return true;
    }

    private double[] own(int index) {
        if (all == null) {
            all = logits.toDoubles();
        }
        int vocabulary = all.length / rows;
        return Arrays.copyOfRange(all, index * vocabulary, (index + 1) * vocabulary);
    }
}
