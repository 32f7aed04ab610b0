package dev.kvasir.decoder.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KernelVerdictsIT {
    @Test
    void everyKernelIsUsableOrRefusedForAReasonAndThoseUsableAreRight() {
        KernelVerdicts verdicts = KernelVerdicts.get();

        assertThat(verdicts.usable()).contains(Kernel.PLAIN);
        assertThat(verdicts.refused().keySet()).noneMatch(verdicts.usable()::contains);
        assertThat(verdicts.usable().size() + verdicts.refused().size()).isEqualTo((int)
                Arrays.stream(Kernel.values()).filter(Kernel::isTorch).count());
        assertThat(verdicts.refused().values())
                .allSatisfy(why -> assertThat(why).isNotEmpty());
        for (Kernel kernel : verdicts.usable()) {
            assertThat(KernelProof.fault(kernel)).as(kernel.id()).isEmpty();
        }
    }
}
