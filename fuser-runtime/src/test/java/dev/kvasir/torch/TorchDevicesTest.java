package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TorchDevicesTest {

    @Test
    void aLibtorchWithoutCudaHasNoGpusAndOneWithItTellsTheirMemory() {
        if (TorchLibrary.version().endsWith("cpu")) {
            assertThat(TorchDevices.gpus()).isEmpty();
            return;
        }
        assertThat(TorchDevices.gpus())
                .allSatisfy(gpu -> assertThat(gpu.freeBytes()).isBetween(1L, gpu.totalBytes()));
    }

    @Test
    void aGpuHasNoMoreFreeThanItHas() {
        assertThatThrownBy(() -> new TorchDevices.Gpu(0, 10, 11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("GPU 0 cannot have 11 of 10 bytes free.");
    }
}
