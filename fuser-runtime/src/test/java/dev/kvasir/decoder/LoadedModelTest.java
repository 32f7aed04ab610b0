package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.model.Family;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadedModelTest {
    private static final double EXACT = 1e-12;

    private final TensorScope scope = TensorScope.root();

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource
    void aPromptInChunksGivesWhatItGivesWhole(Family family) {
        List<Integer> ids = ids(Prefill.CHUNK * 2 + 7);
        try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                KvCache whole = model.newCache(1, ids.size());
                KvCache chunked = model.newCache(1, ids.size())) {
            double[] expected = model.forward(scope, Forward.of(ids, whole).withLastLogits(3))
                    .toDoubles();
            double[] actual = new Prefill(model, () -> false)
                    .run(scope, Forward.of(ids, chunked).withLastLogits(3))
                    .toDoubles();

            assertThat(actual).containsExactly(expected, within(EXACT));
            assertThat(chunked.keys(scope, 2).toDoubles())
                    .containsExactly(whole.keys(scope, 2).toDoubles(), within(EXACT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPaddedRowGivesWhatItGivesAlone(Family family) {
        try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                KvCache alone = model.newCache(1, 8);
                KvCache together = model.newCache(2, 16)) {
            double[] expected =
                    model.forward(scope, Forward.of(List.of(5, 9, 20), alone)).toDoubles();
            Forward padded = Padding.left(List.of(ids(11), List.of(5, 9, 20))).prompts(together);
            double[] actual = model.forward(scope, padded).toDoubles();

            assertThat(java.util.Arrays.copyOfRange(actual, TinyModel.VOCABULARY, 2 * TinyModel.VOCABULARY))
                    .containsExactly(expected, within(EXACT));
        }
    }

    @Test
    void aPromptIsReadInCallsThatLastAQuarterOfASecond() {
        assertThat(Prefill.chunk(shaped(576, 30, 9, 3, 64, 1536), Profile.FAST)).isEqualTo(128);
        assertThat(Prefill.chunk(shaped(576, 30, 9, 3, 64, 1536), Profile.EXACT))
                .isEqualTo(64);
        assertThat(Prefill.chunk(shaped(896, 24, 14, 2, 64, 4864), Profile.FAST))
                .isEqualTo(64);
        assertThat(Prefill.chunk(shaped(896, 24, 14, 2, 64, 4864), Profile.EXACT))
                .isEqualTo(32);
        assertThat(Prefill.chunk(shaped(4096, 32, 32, 8, 128, 14336), Profile.EXACT))
                .isEqualTo(16);
        assertThat(Prefill.chunk(TinyModel.config(Family.LLAMA), Profile.EXACT)).isEqualTo(Prefill.CHUNK);
    }

    private static ModelConfig shaped(int hidden, int layers, int heads, int kvHeads, int headDim, int inner) {
        ModelConfig tiny = TinyModel.config(Family.LLAMA);
        return new ModelConfig(
                tiny.family(),
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                inner,
                tiny.vocabularySize(),
                tiny.contextLength(),
                tiny.rmsNormEps(),
                tiny.rope(),
                tiny.slidingRope(),
                Collections.nCopies(layers, 0),
                tiny.queryScale(),
                tiny.embeddingScale(),
                tiny.tiedEmbeddings(),
                tiny.biases(),
                tiny.beginId(),
                tiny.endIds(),
                tiny.padId());
    }

    @Test
    void aHiddenTokenIsAsGoodAsNone() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                KvCache without = model.newCache(1, 8);
                KvCache with = model.newCache(1, 8)) {
            double[] expected = model.forward(
                            scope, Forward.of(List.of(5, 9, 20), without).withPositions(List.of(List.of(0, 4, 5))))
                    .toDoubles();
            double[] actual = model.forward(
                            scope,
                            Forward.of(List.of(5, 1, 9, 20), with)
                                    .withPositions(List.of(List.of(0, 1, 4, 5)))
                                    .withMask(List.of(List.of(1, 0, 1, 1))))
                    .toDoubles();

            assertThat(actual).containsExactly(expected, within(EXACT));
        }
    }

    @Test
    void aLayerWithAWindowSeesNoFurther() {
        try (LoadedModel model = TinyModel.load(Family.GEMMA3, ElementType.F64);
                KvCache one = model.newCache(1, 8);
                KvCache other = model.newCache(1, 8)) {
            model.forward(scope, Forward.of(List.of(5, 9, 20, 7, 8, 3), one));
            model.forward(scope, Forward.of(List.of(6, 9, 20, 7, 8, 3), other));

            // Layer 1's keys see the first token only through layer 0, whose window ends one token short of it.
            assertThat(last(one.keys(scope, 1), 5)).isEqualTo(last(other.keys(scope, 1), 5));
            assertThat(last(one.keys(scope, 1), 4)).isNotEqualTo(last(other.keys(scope, 1), 4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bf16StaysCloseToFloat(Family family) {
        List<Integer> ids = ids(20);
        try (LoadedModel wide = TinyModel.load(family, ElementType.F32);
                LoadedModel narrow = TinyModel.load(family, ElementType.BF16);
                KvCache wideCache = wide.newCache(1, 20);
                KvCache narrowCache = narrow.newCache(1, 20)) {
            double[] expected = wide.forward(scope, Forward.of(ids, wideCache)).toDoubles();
            Tensor logits = narrow.forward(scope, Forward.of(ids, narrowCache));

            assertThat(logits.elementType()).isEqualTo(ElementType.BF16);
            assertThat(logits.toDoubles()).containsExactly(expected, within(0.1));
            assertThat(narrow.bytes() * 2).isEqualTo(wide.bytes());
            assertThat(narrowCache.bytes()).isEqualTo(narrow.cacheBytes(1, 20)).isEqualTo(wideCache.bytes() / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void packedMatricesGiveWhatPlainOnesGive(Family family) {
        List<Integer> ids = ids(20);
        try (LoadedModel plain = TinyModel.load(family, LinearKernel.PLAIN);
                LoadedModel packed = TinyModel.load(family, LinearKernel.PACKED);
                KvCache plainCache = plain.newCache(1, 21);
                KvCache packedCache = packed.newCache(1, 21)) {
            for (List<Integer> next : List.of(ids, List.of(7))) {
                double[] expected =
                        plain.forward(scope, Forward.of(next, plainCache)).toDoubles();
                double[] actual =
                        packed.forward(scope, Forward.of(next, packedCache)).toDoubles();

                assertThat(actual).containsExactly(expected, within(1e-5));
            }
            assertThat(packed.bytes()).isEqualTo(plain.bytes());
        }
    }

    @Test
    void onlyFloatModelsArePacked() {
        assertThat(LinearKernel.best(ElementType.F64)).isEqualTo(LinearKernel.PLAIN);
        assertThat(LinearKernel.best(ElementType.BF16)).isEqualTo(LinearKernel.PLAIN);
    }

    @Test
    void aTruncatedCacheContinuesAsIfNothingHadFollowed() {
        try (LoadedModel model = TinyModel.load(Family.QWEN3, ElementType.F64);
                KvCache cache = model.newCache(1, 8)) {
            model.forward(scope, Forward.of(List.of(5, 9), cache));
            double[] expected =
                    model.forward(scope, Forward.of(List.of(20), cache)).toDoubles();
            model.forward(scope, Forward.of(List.of(1, 2), cache));
            cache.truncate(2);

            assertThat(model.forward(scope, Forward.of(List.of(20), cache)).toDoubles())
                    .containsExactly(expected);
            assertThatThrownBy(() -> cache.truncate(4))
                    .hasMessage("A KV cache of 3 positions cannot be truncated to 4.");
        }
    }

    @Test
    void aCopiedCacheContinuesAlikeWithMoreRoom() {
        try (LoadedModel model = TinyModel.load(Family.QWEN2, ElementType.F64);
                KvCache cache = model.newCache(1, 2)) {
            model.forward(scope, Forward.of(List.of(5, 9), cache));
            try (KvCache copy = cache.copy(3);
                    KvCache whole = model.newCache(1, 3)) {
                double[] expected = model.forward(scope, Forward.of(List.of(5, 9, 20), whole))
                        .toDoubles();

                assertThat(model.forward(scope, Forward.of(List.of(20), copy)).toDoubles())
                        .containsExactly(expected, within(EXACT));
                assertThat(cache.length()).isEqualTo(2);
            }
        }
    }

    @Test
    void keysAndValuesAreWrittenWhereTheyAreToldTo() {
        try (LoadedModel model = TinyModel.load(Family.QWEN3, ElementType.F64);
                KvCache cache = model.newCache(1, 4)) {
            model.forward(scope, Forward.of(List.of(5, 9, 20), cache));
            double[] before = cache.keys(scope, 1).toDoubles();
            cache.write(1, 1, scope.zeros(ElementType.F64, 1, 2, 1, 4), scope.zeros(ElementType.F64, 1, 2, 1, 4));

            assertThat(cache.keys(scope, 1, 1, 2).toDoubles()).containsOnly(0);
            assertThat(cache.values(scope, 1, 1, 2).toDoubles()).containsOnly(0);
            assertThat(cache.keys(scope, 1, 0, 1).toDoubles())
                    .containsExactly(
                            before[0], before[1], before[2], before[3], before[12], before[13], before[14], before[15]);
            assertThatThrownBy(() -> cache.write(
                            1, 3, scope.zeros(ElementType.F64, 1, 2, 2, 4), scope.zeros(ElementType.F64, 1, 2, 2, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Keys and values of shape [1, 2, 2, 4] cannot be written at position 3 of a KV cache of 1 rows,"
                                    + " 2 heads, capacity 4 and head width 4.");
        }
    }

    @Test
    void aFullCacheTakesNoMoreTokens() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, 4)) {
            assertThatThrownBy(() -> model.forward(scope, Forward.of(ids(5), cache)))
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessage("A KV cache of the model tiny would hold 5 tokens, but has room for 4."
                            + " Create it with a larger capacity or shorten the prompt.");
            assertThat(cache.length()).isZero();
        }
    }

    @Test
    void aTokenBeyondTheVocabularyIsRefused() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, 4)) {
            assertThatThrownBy(() -> model.forward(scope, Forward.of(List.of(32), cache)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The model tiny has no token 32: its vocabulary has 32."
                            + " Was the text encoded by another model's tokenizer?");
        }
    }

    @Test
    void aCancelledPrefillStopsBetweenChunks() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, 300)) {
            Prefill prefill = new Prefill(model, () -> cache.length() > 0);

            assertThatThrownBy(() -> prefill.run(scope, Forward.of(ids(290), cache)))
                    .isInstanceOf(CancellationException.class);
            assertThat(cache.length()).isEqualTo(Prefill.CHUNK);
        }
    }

    @Test
    void manyForwardsLeaveNothingBehind() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, 4)) {
            for (int i = 0; i < 200; i++) {
                try (TensorScope step = scope.child()) {
                    model.forward(step, Forward.of(List.of(1, 2, 3), cache));
                    assertThat(step.size()).isEqualTo(1);
                }
                cache.truncate(0);
            }
            assertThat(scope.size()).isZero();
        }
    }

    private static List<Integer> ids(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (i * 7 + 3) % TinyModel.VOCABULARY)
                .toList();
    }

    /** The first head's key at a position. */
    private static List<Double> last(Tensor keys, int position) {
        double[] all = keys.toDoubles();
        return IntStream.range(0, 4).mapToObj(d -> all[position * 4 + d]).toList();
    }
}
