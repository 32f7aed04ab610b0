package dev.kvasir.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleTest {

    private final Throttle throttle = new Throttle();

    @Test
    void untilMemoryRunsOutThereIsNoLimit() {
        assertThat(throttle.lets(1_000_000)).isTrue();
        assertThat(throttle.limit()).isEmpty();
    }

    @Test
    void thenHalfOfThoseThatWereThereMayBeThere() {
        throttle.halve(9);

        assertThat(throttle.limit()).hasValue(4);
        assertThat(throttle.lets(3)).isTrue();
        assertThat(throttle.lets(4)).isFalse();
    }

    @Test
    void oneMayAlwaysBeThere() {
        throttle.halve(1);
        throttle.halve(0);

        assertThat(throttle.limit()).hasValue(1);
        assertThat(throttle.lets(0)).isTrue();
    }

    @Test
    void oneMoreMayComeForEveryEightThatEndUntilAllMay() {
        throttle.halve(6);
        for (int more = 1; more < 3; more++) {
            end(Throttle.CALM);
            assertThat(throttle.limit()).hasValue(3 + more);
        }
        end(Throttle.CALM);
        assertThat(throttle.limit()).isEmpty();
    }

    @Test
    void runningOutAgainStartsFromWhatIsThereThen() {
        throttle.halve(16);
        end(Throttle.CALM - 1);
        throttle.halve(8);
        end(1);

        assertThat(throttle.limit()).hasValue(4);
    }

    private void end(int parties) {
        for (int i = 0; i < parties; i++) {
            throttle.ended();
        }
    }
}
