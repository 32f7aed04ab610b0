package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LibTorchTest {
    @Test
    void missingNativesAreToldBeforeAnythingIsDownloaded() {
        ClassLoader withoutNatives = ClassLoader.getPlatformClassLoader();

        assertThatThrownBy(() -> LibTorch.requireNatives(withoutNatives))
                .isInstanceOf(TorchUnavailableException.class)
                .hasMessage(
                        "libtorch's natives are not on the class path: add ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0 and"
                                + " ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64. Nothing is downloaded at run time.");
    }
}
