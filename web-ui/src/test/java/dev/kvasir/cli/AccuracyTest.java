package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {

    @ParameterizedTest
    @CsvSource({"50, 100, 0.40383, 0.59617", "0, 10, 0, 0.27753", "10, 10, 0.72247, 1", "1, 1, 0.20655, 1"})
    void theIntervalIsWilsons(int right, int of, double low, double high) {
        var accuracy = new Accuracy(right, of);

        assertThat(accuracy.low()).isCloseTo(low, within(1e-5));
        assertThat(accuracy.high()).isCloseTo(high, within(1e-5));
    }

    @Test
    void itIsPrintedInPercent() {
        assertThat(new Accuracy(50, 100).line()).isEqualTo(" 50.0 %  [40.4, 59.6]  50 of 100");
    }

    @Test
    void moreRightThanAskedIsRefused() {
        assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessage("3 of 2 is no share.");
    }
}
