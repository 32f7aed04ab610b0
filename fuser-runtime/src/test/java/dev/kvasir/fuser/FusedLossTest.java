package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedLossTest {

    /** Two fused tokens, then six, of which the first has no label: each label is told from the token before it. */
    @ParameterizedTest
    @CsvSource({"F64, 1e-9", "F32, 1e-5"})
    void aReplyBehindAFusedInstructionHasItsLoss(ElementType type, double tolerance) {
        PromptRows prompt = PromptRows.of(List.of(3, 17, 8, 25, 11, 30, 5, 9));
        List<Integer> labels = List.of(25, 11, 30, 5, 9);
        FuseRequest request = new FuseRequest(prompt, List.of(Section.fused(2), Section.unfused(6)), 6);
        try (TensorScope scope = TensorScope.root();
                LoadedModel receiver = TinyPair.receiver(type);
                LoadedModel sharer = TinyPair.sharer(type);
                LoadedFuser fuser = TinyPair.fuser(type, 0.5);
                KvCache cache = receiver.newCache(1, 8);
                SharedCache shared = SharedCache.prefill(sharer, prompt, 2, () -> false)) {
            double[] logits = new FusedPrefill(
                            receiver, FusionMode.SEQUENTIAL, List.of(new Sharer(shared, fuser)), () -> false)
                    .run(scope, request, cache)
                    .logits()
                    .toDoubles();
            double loss = 0;
            for (int i = 0; i < labels.size(); i++) {
                loss += crossEntropy(Arrays.copyOfRange(logits, i * 32, (i + 1) * 32), labels.get(i));
            }
            assertThat(loss / labels.size()).isCloseTo(3.481256772285762, within(tolerance));
        }
    }

    private static double crossEntropy(double[] logits, int label) {
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        return Math.log(sum) - logits[label];
    }
}
