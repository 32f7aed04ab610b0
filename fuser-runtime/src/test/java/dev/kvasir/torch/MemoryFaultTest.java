package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;

class MemoryFaultTest {

    @Test
    void whatLibtorchCannotAllocateIsToldFromOtherFaults() {
        try (TensorScope scope = TensorScope.root()) {
            Throwable tooMuch = catchThrowable(() -> scope.empty(ElementType.F32, 1L << 50));
            Throwable wrong = catchThrowable(() -> scope.empty(ElementType.F32, -1));

            assertThat(tooMuch).hasMessageContaining("can't allocate memory");
            assertThat(MemoryFault.isIn(tooMuch)).isTrue();
            assertThat(MemoryFault.isIn(new IllegalStateException("a step failed", tooMuch)))
                    .isTrue();
            assertThat(wrong).isInstanceOf(TorchProgramException.class);
            assertThat(MemoryFault.isIn(wrong)).isFalse();
        }
    }

    @Test
    void theJvmsOwnMemoryCounts() {
        assertThat(MemoryFault.isIn(new OutOfMemoryError("Java heap space"))).isTrue();
        assertThat(MemoryFault.isIn(new IllegalStateException("out of memory"))).isFalse();
    }
}
