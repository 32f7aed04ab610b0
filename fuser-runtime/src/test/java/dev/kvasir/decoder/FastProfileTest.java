package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.decoder.kernel.Kernel;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.model.Family;
import dev.kvasir.model.TensorShape;
import dev.kvasir.model.Weights;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FastProfileTest {
    private static final List<Integer> PROMPT = List.of(3, 1, 4, 1, 5, 9, 2, 6);

    @ParameterizedTest
    @EnumSource(Family.class)
    void withPlainMatricesItComputesWhatTheExactProfileDoes(Family family) {
        try (LoadedModel exact = exact(family);
                LoadedModel fast = fast(family, Kernel.PLAIN)) {
            assertClose(allLogits(fast, PROMPT), allLogits(exact, PROMPT), 2e-4);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void rowsWithPaddingComputeWhatTheExactProfileDoes(Family family) {
        try (LoadedModel exact = exact(family);
                LoadedModel fast = fast(family, Kernel.PLAIN)) {
            assertClose(padded(fast), padded(exact), 2e-4);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aTokenBehindACacheGivesWhatTheWholePromptDoes(Family family) {
        try (LoadedModel fast = fast(family, Kernel.PLAIN);
                KvCache cache = fast.newCache(1, PROMPT.size());
                TensorScope scope = TensorScope.root()) {
            double[] whole = allLogits(fast, PROMPT);
            fast.forward(scope, Forward.of(PROMPT.subList(0, 7), cache));
            double[] last =
                    fast.forward(scope, Forward.of(PROMPT.subList(7, 8), cache)).toDoubles();
            for (int id = 0; id < last.length; id++) {
                assertThat(last[id]).isCloseTo(whole[7 * last.length + id], within(2e-4));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aCacheReadByOneProfileIsContinuedByTheOther(Family family) {
        try (LoadedModel exact = exact(family);
                LoadedModel fast = fast(family, Kernel.PLAIN);
                KvCache cache = exact.newCache(1, PROMPT.size());
                TensorScope scope = TensorScope.root()) {
            exact.forward(scope, Forward.of(PROMPT.subList(0, 5), cache));
            double[] logits = fast.forward(
                            scope, Forward.of(PROMPT.subList(5, 8), cache).withAllLogits())
                    .toDoubles();
            double[] whole = allLogits(exact, PROMPT);
            int from = whole.length - logits.length;
            for (int i = 0; i < logits.length; i++) {
                assertThat(logits[i]).isCloseTo(whole[from + i], within(2e-4));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void itSaysWhatItHolds(Family family) {
        try (LoadedModel exact = exact(family);
                LoadedModel fast = fast(family, Kernel.PLAIN)) {
            assertThat(fast.profile()).isEqualTo(Profile.FAST);
            assertThat(fast.dtype()).isEqualTo("f32");
            assertThat(fast.elementType()).isEqualTo(ElementType.F32);
            assertThat(exact.profile()).isEqualTo(Profile.EXACT);
            // the embedding is a table in bf16 and, for a tied head, a matrix in f32 as well
            assertThat(fast.bytes()).isGreaterThan(exact.bytes() / 2).isLessThan(exact.bytes() * 2);
        }
    }

    private static LoadedModel fast(Family family, Kernel kernel) {
        Weights weights = new HalfWeights(TinyModel.weights(family));
        return LoadedModel.fast("tiny", TinyModel.config(family), weights, KernelPlan.all(kernel));
    }

    private static LoadedModel exact(Family family) {
        Weights weights = new HalfWeights(TinyModel.weights(family));
        return LoadedModel.load("tiny", TinyModel.config(family), weights, ElementType.F32);
    }

    /** The product is the file's, or libtorch's; everything else of a step is Java's. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void aStepOfSeveralSequencesComputesWhatTheExactProfileDoes(Family family) {
        try (LoadedModel exact = exact(family);
                LoadedModel plain = fast(family, Kernel.PLAIN);
                LoadedModel direct = direct(family)) {
            double[] expected = steps(exact);

            assertClose(steps(plain), expected, 2e-4);
            assertClose(steps(direct), expected, 2e-4);
        }
    }

    @Test
    void withoutTheVectorApiAStepComputesTheSame() {
        try (LoadedModel vectors = fast(Family.GEMMA3, Kernel.PLAIN)) {
            double[] expected = steps(vectors);
            System.setProperty("kvasir.vector", "off");
            try (LoadedModel without = fast(Family.GEMMA3, Kernel.PLAIN)) {
                assertClose(steps(without), expected, 2e-4);
            } finally {
                System.clearProperty("kvasir.vector");
            }
        }
    }

    private static LoadedModel direct(Family family) {
        assertThat(DirectMatrix.isSupported()).isTrue();
        Map<MatrixRole, List<Kernel>> kernels = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            kernels.put(role, List.of(Kernel.DIRECT, Kernel.DIRECT, Kernel.DIRECT, Kernel.PLAIN));
        }
        Weights weights = new HalfWeights(TinyModel.weights(family));
        return LoadedModel.fast("tiny", TinyModel.config(family), weights, new KernelPlan(kernels));
    }

    /** Three steps of one, two and five sequences of unequal lengths, one of them with padding. */
    private static double[] steps(LoadedModel model) {
        List<Double> all = new ArrayList<>();
        for (int count : new int[] {1, 2, 5}) {
            List<KvCache> caches = new ArrayList<>();
            try (TensorScope scope = TensorScope.root()) {
                for (int sequence = 0; sequence < count; sequence++) {
                    caches.add(model.newCache(1, 12));
                    model.forward(scope, Forward.of(PROMPT.subList(0, 4 + sequence % 5), caches.getLast()));
                }
                for (int step = 0; step < 3; step++) {
                    List<NextToken> next = new ArrayList<>();
                    for (KvCache cache : caches) {
                        List<Boolean> hidden = next.size() == 1 ? List.of(true, false, true) : List.of();
                        next.add(new NextToken(5 + step, cache, hidden));
                    }
                    for (double logit : model.decodeEach(scope, next).toDoubles()) {
                        all.add(logit);
                    }
                }
            } finally {
                caches.forEach(KvCache::close);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Weights whose matrices have no more bits than BF16. */
    private record HalfWeights(Weights source) implements Weights {
        @Override
        public Set<String> names() {
            return source.names();
        }

        @Override
        public TensorShape shape(String name) {
            return source.shape(name);
        }

        @Override
        public String storedAs(String name) {
            return shape(name).rank() == 2 ? "BF16" : source.storedAs(name);
        }

        @Override
        public void readFloats(String name, FloatBuffer target) {
            FloatBuffer own = target.slice();
            source.readFloats(name, target);
            if (shape(name).rank() == 2) {
                for (int i = 0; i < shape(name).elements(); i++) {
                    own.put(i, Float.intBitsToFloat(Float.floatToRawIntBits(own.get(i)) & 0xffff0000));
                }
            }
        }

        @Override
        public void close() {}
    }

    private static double[] allLogits(LoadedModel model, List<Integer> ids) {
        try (KvCache cache = model.newCache(1, ids.size());
                TensorScope scope = TensorScope.root()) {
            return model.forward(scope, Forward.of(ids, cache).withAllLogits()).toDoubles();
        }
    }

    private static double[] padded(LoadedModel model) {
        try (KvCache cache = model.newCache(2, 10);
                TensorScope scope = TensorScope.root()) {
            Padding padding = Padding.left(List.of(PROMPT, PROMPT.subList(0, 3)));
            model.forward(scope, padding.prompts(cache));
            Tensor logits = model.forward(scope, padding.next(List.of(List.of(7), List.of(8)), cache));
            return logits.toDoubles();
        }
    }

    private static void assertClose(double[] own, double[] expected, double tolerance) {
        assertThat(own).hasSameSizeAs(expected);
        for (int i = 0; i < own.length; i++) {
            assertThat(own[i]).isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
