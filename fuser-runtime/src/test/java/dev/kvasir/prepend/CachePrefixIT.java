package dev.kvasir.prepend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.cache.CacheFile;
import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.CacheOrigin;
import dev.kvasir.cache.CachedTokens;
import dev.kvasir.cache.RestoredCache;
import dev.kvasir.cache.TenantSalt;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.NextToken;
import dev.kvasir.decoder.Prefill;
import dev.kvasir.decoder.Profile;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.model.ModelFingerprint;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CachePrefixIT {

    private static final double EXACT = 1e-9;
    private static final List<Integer> SHARERS = List.of(3, 17, 8, 25, 11, 30, 2);
    private static final List<Integer> OWN = List.of(5, 9, 20, 1, 14);
    private static final int NEXT = 7;
    private static final List<Integer> ALL = List.of(0, 1, 2);

    private final TensorScope scope = TensorScope.root();

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource
    void withAllLayersTheReceiverReadsTheSharersTokensAsAPrefix(Family family) {
        try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                KvCache plain = model.newCache(1, 20);
                KvCache cache = model.newCache(1, 20)) {
            double[] expected = plainly(model, plain);
            prepend(model, cache, ALL);
            double[] actual = reply(model, cache);

            assertThat(actual).containsExactly(expected, within(EXACT));
            assertThat(cache.keys(scope, 2).toDoubles())
                    .containsExactly(plain.keys(scope, 2).toDoubles(), within(EXACT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void withNoLayersTheReceiverIsAloneAtItsLaterPositions(Family family) {
        try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                KvCache alone = model.newCache(1, 20);
                KvCache cache = model.newCache(1, 20)) {
            double[] expected = alone(model, alone);
            prepend(model, cache, List.of());
            double[] actual = reply(model, cache);

            assertThat(actual).containsExactly(expected, within(EXACT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void inALayerThatWasNotChosenNothingBeforeTheReceiverIsAttendedTo(Family family) {
        for (List<Integer> layers : List.of(List.of(0), List.of(1), List.of(2), List.of(0, 2))) {
            try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                    KvCache spoilt = model.newCache(1, 20);
                    KvCache cache = model.newCache(1, 20)) {
                prepend(model, cache, layers);
                prepend(model, spoilt, layers);
                Tensor huge = scope.doubles(filled(7 * 2 * 4), 1, 2, 7, 4);
                ALL.stream()
                        .filter(layer -> !layers.contains(layer))
                        .forEach(layer -> spoilt.write(layer, 0, huge, huge));

                assertThat(reply(model, spoilt)).containsExactly(reply(model, cache));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theChoiceOfLayersCounts(Family family) {
        List<String> replies = new ArrayList<>();
        try (LoadedModel model = TinyModel.load(family, ElementType.F64)) {
            for (List<Integer> layers : List.of(List.<Integer>of(), List.of(0), List.of(1), List.of(2), ALL)) {
                try (KvCache cache = model.newCache(1, 20)) {
                    prepend(model, cache, layers);
                    replies.add(Arrays.toString(reply(model, cache)));
                }
            }
        }

        assertThat(replies).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void theFastProfileComputesWhatTheExactOneDoes(Family family) {
        for (List<Integer> layers : List.of(List.<Integer>of(), List.of(1), List.of(0, 2), ALL)) {
            try (LoadedModel exact = TinyModel.load(family, ElementType.F32);
                    LoadedModel fast = TinyModel.load(family, Profile.FAST, TorchDevice.CPU);
                    KvCache shared = read(exact);
                    KvCache exactCache = exact.newCache(1, 20);
                    KvCache fastCache = fast.newCache(1, 20)) {
                CachePrefix.put(shared, exactCache, layers);
                CachePrefix.put(shared, fastCache, layers);

                assertThat(reply(fast, fastCache)).containsExactly(reply(exact, exactCache), within(0.05));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void attentionToThePrefixIsAPartThatFollowsItsLengthInBothProfiles(Family family) {
        try (LoadedModel exact = TinyModel.load(family, ElementType.F32);
                LoadedModel fast = TinyModel.load(family, Profile.FAST, TorchDevice.CPU)) {
            List<Double> paid = attention(exact, SHARERS.size());

            assertThat(paid).hasSize(3).allMatch(part -> part > 0 && part < 1);
            assertThat(attention(exact, 2).get(2)).isLessThan(paid.get(2));
            for (int layer = 0; layer < 3; layer++) {
                assertThat(attention(fast, SHARERS.size()).get(layer)).isCloseTo(paid.get(layer), within(0.02));
            }
        }
    }

    /** A prefix of zero keys is paid {@code 1 / (1 + e^score)} each; one token's own key decides the rest. */
    @Test
    void keysThatSayNothingShareAttentionEvenlyByHand() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                KvCache cache = model.newCache(1, 20)) {
            Tensor zeros = scope.doubles(new double[6 * 2 * 4], 1, 2, 6, 4);
            ALL.forEach(layer -> cache.write(layer, 0, zeros, zeros));
            cache.extend(6);
            List<Double> toThree = attentionOfOne(model, cache, 3);
            List<Double> toSix = attentionOfOne(model, cache, 6);

            for (int layer : ALL) {
                assertThat(toThree.get(layer)).isCloseTo(toSix.get(layer) / 2, within(1e-12));
                assertThat(toSix.get(layer)).isBetween(0.5, 0.99);
            }
        }
    }

    private static List<Double> attentionOfOne(LoadedModel model, KvCache cache, int watched) {
        List<Double> attention = model.attentionTo(Forward.of(List.of(NEXT), cache), watched);
        cache.truncate(6);
        return attention;
    }

    @Test
    void aCopyKeepsWhatIsBlankAndATruncatedCacheForgetsIt() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                KvCache cache = model.newCache(1, 20)) {
            prepend(model, cache, List.of(1));
            try (KvCache copy = cache.copy(30)) {
                assertThat(copy.first(0)).isEqualTo(SHARERS.size());
                assertThat(copy.first(1)).isZero();
                assertThat(reply(model, copy)).containsExactly(reply(model, cache));
                copy.truncate(2);
                assertThat(copy.first(0)).isEqualTo(2);
                assertThatThrownBy(() -> copy.append(cache, 0, 3))
                        .hasMessage(
                                "Layer 0 of the source is blank before position 7; blank positions cannot be appended behind 2 others.");
            }
        }
    }

    @Test
    void aStoredCacheComesBackWithWhatIsBlankInItAndIsNoOtherCache(@TempDir Path folder) {
        Path file = folder.resolve("cache.safetensors");
        try (LoadedModel model = TinyModel.load(Family.GEMMA3, ElementType.F64);
                KvCache cache = model.newCache(1, 20)) {
            CacheOrigin origin = CacheOrigin.of(
                    model, new ModelFingerprint("a".repeat(64), "b".repeat(64)), "exact", new TenantSalt("salt"));
            CacheIdentity shared = CacheIdentity.plain(origin, CachedTokens.of(SHARERS));
            CacheIdentity identity = CachePrefix.identity(origin, shared, List.of(2, 1), OWN);
            prepend(model, cache, List.of(1, 2));
            new Prefill(model, () -> false).run(scope, Forward.of(OWN, cache));
            CacheFile.save(file, cache, identity, CacheCodec.NONE);

            try (CacheFile opened = CacheFile.open(file);
                    RestoredCache restored = opened.restore(model, origin, 20)) {
                assertThat(restored.identity()).isEqualTo(identity);
                assertThat(restored.cache().first(0)).isEqualTo(SHARERS.size());
                assertThat(restored.cache().first(1)).isZero();
                assertThat(decoded(model, restored.cache())).containsExactly(decoded(model, cache));
            }
            assertThat(List.of(
                            identity.digest(),
                            CachePrefix.identity(origin, shared, List.of(1), OWN)
                                    .digest(),
                            CachePrefix.identity(origin, shared, List.of(), OWN).digest(),
                            CachePrefix.identity(origin, shared.first(6), List.of(1, 2), OWN)
                                    .digest(),
                            CacheIdentity.plain(origin, shared.tokens().then(OWN))
                                    .digest()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                LoadedModel other = TinyModel.load(Family.QWEN3, ElementType.F64);
                KvCache cache = model.newCache(1, 20)) {
            assertThatThrownBy(() -> prepend(model, cache, List.of(3)))
                    .hasMessage("The models have layers 0 to 2; there is no layer 3.");
            assertThatThrownBy(() -> CachePrefix.requireOneArchitecture(other, model))
                    .isInstanceOf(OtherArchitectureException.class)
                    .hasMessage(
                            "The cache of tiny cannot stand before that of tiny: the family is QWEN3 there and LLAMA here. Take models of one architecture, or TEXT.");
            CachePrefix.requireOneArchitecture(model, model);
            prepend(model, cache, List.of(1));
            assertThatThrownBy(() -> prepend(model, cache, List.of(1))).hasMessageContaining("before an empty one");
            assertThatThrownBy(() -> model.attentionTo(Forward.of(OWN, cache), 3))
                    .hasMessageContaining("no layer has blank");
        }
    }

    @Test
    void theBestLayersAreThoseThatAreAttendedToMost() {
        LayerScores scores = LayerScores.of(List.of(0.1, 0.4, 0.3, 0.9), LayerScores.Prior.NONE);

        assertThat(scores.best(0.5)).containsExactly(1, 3);
        assertThat(scores.best(0.3)).containsExactly(1, 3);
        assertThat(scores.best(0.25)).containsExactly(3);
        assertThat(scores.best(1)).containsExactly(0, 1, 2, 3);
        assertThat(scores.values().get(1)).isCloseTo(0.375, within(1e-12));
        assertThat(scores.values().get(3)).isEqualTo(1.0);
    }

    @Test
    void aPriorAloneTakesTheLayersAroundItsMean() {
        LayerScores scores =
                LayerScores.of(List.of(0.9, 0.1, 0.1, 0.1, 0.8, 0.9, 0.9), new LayerScores.Prior(0, 0.5, 1.0));

        assertThat(scores.best(0.4)).containsExactly(2, 3, 4);
        assertThat(scores.values().get(3)).isEqualTo(1.0);
        assertThat(scores.values().get(4)).isEqualTo(Math.exp(-0.5));
    }

    private double[] plainly(LoadedModel model, KvCache cache) {
        List<Integer> both = IntStream.concat(
                        SHARERS.stream().mapToInt(Integer::intValue),
                        OWN.stream().mapToInt(Integer::intValue))
                .boxed()
                .toList();
        double[] prompt = model.forward(scope, Forward.of(both, cache).withLastLogits(OWN.size()))
                .toDoubles();
        return joined(prompt, decoded(model, cache));
    }

    /** The receiver's own tokens at the positions behind the sharer's, in a cache that holds nothing else. */
    private double[] alone(LoadedModel model, KvCache cache) {
        List<Integer> shifted = IntStream.range(SHARERS.size(), SHARERS.size() + OWN.size())
                .boxed()
                .toList();
        double[] prompt = model.forward(
                        scope,
                        Forward.of(OWN, cache).withPositions(List.of(shifted)).withLastLogits(OWN.size()))
                .toDoubles();
        Forward next = Forward.of(List.of(NEXT), cache).withPositions(List.of(List.of(SHARERS.size() + OWN.size())));
        return joined(prompt, model.forward(scope, next).toDoubles());
    }

    /** The prompt in one call, then one token more, as it is decoded. */
    private double[] reply(LoadedModel model, KvCache cache) {
        double[] prompt = new Prefill(model, () -> false)
                .run(scope, Forward.of(OWN, cache).withLastLogits(OWN.size()))
                .toDoubles();
        return joined(prompt, decoded(model, cache));
    }

    private double[] decoded(LoadedModel model, KvCache cache) {
        return model.decodeEach(scope, List.of(new NextToken(NEXT, cache, List.of())))
                .toDoubles();
    }

    private List<Double> attention(LoadedModel model, int watched) {
        try (KvCache cache = model.newCache(1, 20)) {
            model.forward(scope, Forward.of(SHARERS, cache));
            return model.attentionTo(Forward.of(OWN, cache), watched);
        }
    }

    private void prepend(LoadedModel model, KvCache receiver, List<Integer> layers) {
        try (KvCache shared = read(model)) {
            CachePrefix.put(shared, receiver, layers);
        }
    }

    private KvCache read(LoadedModel model) {
        KvCache shared = model.newCache(1, SHARERS.size());
        model.forward(scope, Forward.of(SHARERS, shared));
        return shared;
    }

    private static double[] filled(int count) {
        double[] values = new double[count];
        Arrays.fill(values, 1e6);
        return values;
    }

    private static double[] joined(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
