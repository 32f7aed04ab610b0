package dev.kvasir.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.fuser.AlignedPrompt;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** The pocket pair on a GPU answers as on the processor. Runs where libtorch has one: {@code -Pcuda}. */
class CudaPocketPairIT {

    private static final List<String> QUESTIONS = PocketPair.quiz()
            .lines()
            .map(line ->
                    JsonMapper.shared().readTree(line).at("/input/question").asString())
            .limit(40)
            .toList();

    @TempDir
    private Path home;

    @ParameterizedTest
    @EnumSource
    void aFusedCacheGivesTheSameAnswers(CacheCodec codec) {
        requireGpu();
        PocketPair.install(home);
        try (PocketModels cpu = new PocketModels(home);
                PocketModels gpu = new PocketModels(home, TorchDevice.cuda(0))) {
            for (String question : QUESTIONS) {
                AlignedPrompt asked = cpu.aligned(question);
                assertThat(gpu.fused(asked, asked, FusionSettings.TRAINED, codec))
                        .isEqualTo(cpu.fused(asked, asked, FusionSettings.TRAINED, codec));
            }
        }
    }

    @Test
    void eachModelAloneGivesTheSameAnswers() {
        requireGpu();
        PocketPair.install(home);
        try (PocketModels cpu = new PocketModels(home);
                PocketModels gpu = new PocketModels(home, TorchDevice.cuda(0))) {
            for (String question : QUESTIONS) {
                assertThat(gpu.sharerAlone(question)).isEqualTo(cpu.sharerAlone(question));
                assertThat(gpu.receiverAlone(question)).isEqualTo(cpu.receiverAlone(question));
            }
        }
    }

    private static void requireGpu() {
        assumeThat(TorchDevices.gpus()).as("GPUs that libtorch can compute on").isNotEmpty();
    }
}
