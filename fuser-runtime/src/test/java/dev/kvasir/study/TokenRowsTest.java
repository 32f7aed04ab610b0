package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.torch.TensorScope;
import org.junit.jupiter.api.Test;

class TokenRowsTest {

    /** Two heads, three tokens, two features: head by head in the cache, token by token here. */
    private static final double[] CACHE = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};

    @Test
    void aTokensRowHoldsAllHeadsOneAfterAnother() {
        TokenRows rows = new TokenRows(10);
        add(rows);

        assertThat(rows.width()).isEqualTo(4);
        assertThat(rows.toArray()).containsExactly(1, 2, 10, 20, 3, 4, 30, 40, 5, 6, 50, 60);
        assertThat(rows.at(1, 2)).isEqualTo(30);
    }

    @Test
    void whatIsBeyondTheBoundIsDropped() {
        TokenRows rows = new TokenRows(4);
        add(rows);
        add(rows);
        add(rows);

        assertThat(rows.count()).isEqualTo(4);
        assertThat(rows.toArray()).hasSize(16).endsWith(1, 2, 10, 20);
    }

    private static void add(TokenRows rows) {
        try (TensorScope scope = TensorScope.root()) {
            rows.add(scope.doubles(CACHE, 1, 2, 3, 2));
        }
    }
}
