package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kvasir.model.Family;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchDevices;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model on a GPU gives what it gives on the processor. Runs where libtorch has one: {@code -Pcuda}. */
class CudaIT {
    private static final List<Integer> PROMPT = List.of(3, 17, 8, 25, 11, 30, 4, 9);
    private static final int STEPS = 12;
    private static final TorchDevice GPU = TorchDevice.cuda(0);

    @BeforeAll
    static void onlyWhereThereIsAGpu() {
        assumeThat(TorchDevices.gpus()).as("GPUs that libtorch can compute on").isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theExactProfileGivesTheSameLogitsAndTokens(Family family) {
        try (LoadedModel cpu = TinyModel.load(family, Profile.EXACT, TorchDevice.CPU);
                LoadedModel gpu = TinyModel.load(family, Profile.EXACT, GPU)) {
            assertThat(greedy(gpu)).isEqualTo(greedy(cpu));
            requireClose(cpu, gpu, 1e-4f);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFastProfileRoundsMatricesToBfloat16AsTheProcessorWould(Family family) {
        try (LoadedModel cpu = TinyModel.load(family, LinearKernel.HALVES);
                LoadedModel gpu = TinyModel.load(family, Profile.FAST, GPU)) {
            assertThat(gpu.dtype()).isEqualTo("bf16");
            requireClose(cpu, gpu, 0.03f);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sequencesDecodedTogetherGetWhatEachGetsAlone(Family family) {
        try (LoadedModel model = TinyModel.load(family, Profile.EXACT, GPU);
                TensorScope scope = TensorScope.root();
                KvCache one = read(model, PROMPT);
                KvCache other = read(model, PROMPT.subList(0, 3));
                KvCache oneAgain = one.copy(20);
                KvCache otherAgain = other.copy(20)) {
            float[] together = model.decodeEach(
                            scope, List.of(new NextToken(5, one, List.of()), new NextToken(6, other, List.of())))
                    .toFloats();
            List<Float> alone = new ArrayList<>();
            for (KvCache cache : List.of(oneAgain, otherAgain)) {
                int id = cache == oneAgain ? 5 : 6;
                for (float logit :
                        model.forward(scope, Forward.of(List.of(id), cache)).toFloats()) {
                    alone.add(logit);
                }
            }
            for (int i = 0; i < together.length; i++) {
                assertThat(together[i]).isCloseTo(alone.get(i), offset(1e-3f));
            }
        }
    }

    @Test
    void aClosedModelGivesItsMemoryBack() {
        TinyModel.load(Family.LLAMA, Profile.EXACT, GPU).close(); // starts what a first use starts
        long before = TorchDevices.gpus().getFirst().freeBytes();
        try (LoadedModel model = TinyModel.load(Family.LLAMA, Profile.EXACT, GPU);
                KvCache cache = model.newCache(1, 100_000)) {
            assertThat(before - TorchDevices.gpus().getFirst().freeBytes()).isGreaterThanOrEqualTo(cache.bytes());
        }
        TorchDevices.trim(GPU);
        assertThat(before - TorchDevices.gpus().getFirst().freeBytes()).isLessThan(8L << 20);
    }

    private static void requireClose(LoadedModel expected, LoadedModel actual, float share) {
        float[] wanted = logits(expected);
        float[] got = logits(actual);
        float largest = 0;
        for (float logit : wanted) {
            largest = Math.max(largest, Math.abs(logit));
        }
        for (int i = 0; i < wanted.length; i++) {
            assertThat(got[i]).isCloseTo(wanted[i], offset(share * largest));
        }
    }

    private static float[] logits(LoadedModel model) {
        try (KvCache cache = model.newCache(1, 20);
                TensorScope scope = TensorScope.root()) {
            return model.forward(scope, Forward.of(PROMPT, cache).withLastLogits(PROMPT.size()))
                    .toFloats();
        }
    }

    private static List<Integer> greedy(LoadedModel model) {
        return new Generator(model, NumberedTokens.INSTANCE)
                .generate(GenerationRequest.greedy(PROMPT, STEPS, List.of()), GenerationListener.NONE)
                .ids();
    }

    private static KvCache read(LoadedModel model, List<Integer> ids) {
        KvCache cache = model.newCache(1, 20);
        try (TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(ids, cache));
        }
        return cache;
    }
}
