package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That a finding is found. */
class FuzzingIT {

    private byte[] kept = new byte[0];

    private static Fuzzing fuzzing() {
        return new Fuzzing("self test", Duration.ofMillis(200), Set.of(IllegalArgumentException.class));
    }

    @Test
    void aRefusalIsNoFinding() {
        fuzzing().run(1, 10, random -> new byte[1], input -> {
            throw new IllegalArgumentException("refused");
        });
    }

    @Test
    void anyOtherThrowableIsAFindingWithItsSeed() {
        assertThatThrownBy(() -> fuzzing().run(7, 1, random -> new byte[] {(byte) random.nextInt()}, input -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("self test, seed 7: threw java.lang.StackOverflowError: deep");
    }

    @Test
    void tooMuchMemoryIsAFinding() {
        assertThatThrownBy(() -> fuzzing().run(1, 1, random -> new byte[1], input -> kept = new byte[70 << 20]))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("allocated 73,400,3");
        assertThat(kept).hasSize(70 << 20);
    }

    @Test
    void tooMuchTimeIsAFindingIfItIsTakenTwice() {
        assertThatThrownBy(() -> fuzzing().run(1, 1, random -> new byte[1], input -> spin(Duration.ofMillis(300))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("self test, seed 1: took ");
    }

    private static void spin(Duration time) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + time.toNanos();
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
