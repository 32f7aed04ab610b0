package dev.kvasir.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingScheduleTest {

    private static final TrainingSchedule SCHEDULE = new TrainingSchedule(20, 2, 0.001, 1, 0.001);

    @Test
    void theRateRisesFromZeroAndThenFallsToZeroBehindTheLastStep() {
        assertThat(IntStream.rangeClosed(1, 5).mapToDouble(SCHEDULE::rate).toArray())
                .containsExactly(new double[] {0, 0.0005, 0.001, 0.001 * 17 / 18, 0.001 * 16 / 18}, within(1e-15));
        assertThat(SCHEDULE.rate(21)).isZero();
    }

    @Test
    void theTemperatureFallsGeometrically() {
        assertThat(SCHEDULE.temperature(1)).isEqualTo(1);
        assertThat(SCHEDULE.temperature(2)).isEqualTo(0.7079457843841379, within(1e-12));
        assertThat(SCHEDULE.temperature(21)).isEqualTo(0.001, within(1e-15));
        assertThat(SCHEDULE.temperature(100)).isEqualTo(0.001, within(1e-15));
    }

    @Test
    void withoutWarmUpTheFirstStepHasTheFullRate() {
        assertThat(new TrainingSchedule(4, 0, 0.1, 1, 0.1).rate(1)).isEqualTo(0.1);
    }

    @Test
    void warmUpIsShorterThanTheRun() {
        assertThatThrownBy(() -> new TrainingSchedule(3, 3, 0.1, 1, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A run has at least one step and fewer steps of warm-up than steps: 3 steps, 3 of warm-up");
    }
}
