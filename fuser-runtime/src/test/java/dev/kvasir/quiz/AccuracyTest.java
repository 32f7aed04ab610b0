package dev.kvasir.quiz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AccuracyTest {

    @Test
    void itIsPrintedInPercent() {
        assertThat(new Accuracy(50, 100).line()).isEqualTo(" 50.0 %  [40.4, 59.6]  50 of 100");
    }

    @Test
    void moreRightThanAskedIsRefused() {
        assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessage("3 of 2 is no share.");
    }
}
