package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.fuser.GoldenTensors;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That a model can be on a device other than the processor, as far as this can be told without one: every step is run on
 * shapes without numbers, where anything left on the processor is an error. Four operators that torch does not know there are
 * put in other words. {@link CudaIT} is the test on a GPU.
 */
class OtherDeviceTest {
    private static final List<Integer> PROMPT = List.of(3, 17, 8, 25, 11, 30, 4, 9);

    @ParameterizedTest
    @EnumSource
    void everyFamilysExactProfileLeavesNothingOnTheProcessor(Family family) {
        runOnShapes(family, Profile.EXACT);
    }

    @ParameterizedTest
    @EnumSource
    void everyFamilysFastProfileLeavesNothingOnTheProcessor(Family family) {
        runOnShapes(family, Profile.FAST);
    }

    private static void runOnShapes(Family family, Profile profile) {
        try (LoadedModel model = onShapes(family, LinearKernel.best(profile, TorchDevice.META));
                TensorScope scope = TensorScope.root();
                KvCache cache = model.newCache(1, 40);
                KvCache other = model.newCache(1, 40);
                KvCache rows = model.newCache(2, 20)) {
            assertThat(model.profile()).isEqualTo(profile);
            assertThat(cache.device()).isEqualTo(TorchDevice.META);
            assertThat(model.forward(scope, Forward.of(PROMPT, cache)).shape())
                    .containsExactly(1, 1, TinyModel.VOCABULARY);
            other.append(cache, 0, 3);
            assertThat(model.decodeEach(
                                    scope,
                                    List.of(
                                            new NextToken(5, cache, List.of(true, false)),
                                            new NextToken(6, other, List.of())))
                            .shape())
                    .containsExactly(2, 1, TinyModel.VOCABULARY);
            List<Integer> shorter = List.of(0, 1, 1, 1, 1, 1, 1, 1);
            Forward masked = Forward.ofRows(List.of(PROMPT, PROMPT), rows)
                    .withMask(List.of(shorter, shorter))
                    .withLastLogits(2);
            assertThat(model.forward(scope, masked).shape()).containsExactly(2, 2, TinyModel.VOCABULARY);
            try (KvCache copy = cache.copy(50)) {
                assertThat(copy.device()).isEqualTo(TorchDevice.META);
            }
        }
    }

    private static LoadedModel onShapes(Family family, LinearKernel kernel) {
        ModelConfig config = TinyModel.config(family);
        String program = DecoderProgram.text(config, kernel)
                        .replace(
                                "torch.embedding(table, ids)",
                                "torch.index(table, annotate(List[Optional[Tensor]], [ids]))")
                        .replace("torch.logical_not(seen)", "torch.eq(seen, 0)")
                        .replace("torch.logical_and(", "torch.bitwise_and(")
                        .replaceAll(
                                "torch\\.scaled_dot_product_attention\\(.*\\)", "self.attention(folded, k, v, mask)")
                + """

                def attention(self, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
                  scores = torch.matmul(q, torch.transpose(k, -2, -1))
                  if torch.__isnot__(mask, None):
                    scores = torch.add(scores, unchecked_cast(Tensor, mask))
                  return torch.matmul(torch.softmax(scores, -1), v)
                """;
        return new LoadedModel(
                "tiny",
                config,
                ProgramDecoding.load(
                        config,
                        new ProgramDecoding.Source(TinyModel.weights(family), program),
                        ElementType.F32,
                        kernel,
                        TorchDevice.META));
    }

    /** The made-up Gemma's norms behind its branches blow rounding up, to 0.89; {@link FastGoldenIT} holds real models. */
    @ParameterizedTest
    @EnumSource
    void aGpusFastProfileDiffersFromTheExactOneByNoMoreThanBfloat16Rounds(Family family) {
        try (LoadedModel exact = TinyModel.load(family, LinearKernel.PLAIN);
                LoadedModel halves = TinyModel.load(family, LinearKernel.HALVES);
                TensorScope scope = TensorScope.root();
                KvCache exactCache = exact.newCache(1, 20);
                KvCache halvesCache = halves.newCache(1, 20)) {
            Tensor expected = exact.forward(scope, all(exactCache));
            Tensor logits = halves.forward(scope, all(halvesCache));

            assertThat(logits.elementType()).isEqualTo(ElementType.F32);
            assertThat(halves.dtype()).isEqualTo("bf16");
            assertThat(halves.bytes()).isLessThan(exact.bytes() * 6 / 10);
            assertThat(GoldenTensors.cosine(expected.toDoubles(), logits.toDoubles()))
                    .isBetween(0.85, 0.9999999);
        }
    }

    private static Forward all(KvCache cache) {
        return Forward.of(PROMPT, cache).withLastLogits(PROMPT.size());
    }
}
