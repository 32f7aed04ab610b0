package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FusedPrefillTest {

    private static final List<Section> FIVE_AND_ONE = List.of(Section.fused(5), Section.unfused(1));
    private static final Map<ElementType, Double> TOLERANCE = Map.of(ElementType.F64, 1e-9, ElementType.F32, 1e-5);

    private static final double[] ALONE = {
        -0.505691856561, -0.631991248217, -0.474609838708, -0.104191144797, 0.312995645213, 0.589688629896
    };
    private static final double[] FUSED = {
        -0.360585315996,
        -0.216901803937,
        0.024142039755,
        0.254349288480,
        0.370387218982,
        0.320170089277,
        0.126238774144,
        -0.124357117735
    };
    private static final double[][] OWN_KEYS = {
        {-0.079463178647, -1.202750331296, 1.359827657877, -0.329461532329},
        {-0.279300636231, 1.264579117892, -1.381545619266, -0.233381841277},
        {1.187284845789, 0.775909525569, -0.817943063058, 1.366286768036}
    };
    private static final double[][] FUSED_KEYS = {
        {0.274982756806, -1.116364683463, 1.138816898085, -0.757467303365},
        {-0.966699167046, 0.471921883293, -1.928335075263, -0.294476230450},
        {0.638981033376, 0.655765570594, -0.452489306105, 2.054434815828}
    };
    private static final double[][] FUSED_VALUES = {
        {-0.735309607622, -0.087817052075, 0.598673286316, 1.013124474067},
        {-0.793807347973, -0.269772508139, 0.379764330303, 0.863044502565},
        {0.208333092629, -0.195146857109, -0.513378460186, -0.601025327035}
    };

    private final TensorScope scope = TensorScope.root();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32"})
    void theReceiverAloneGivesItsOwnLogits(ElementType type) {
        double[] logits = alone(type, TinyPair.PROMPT.size());

        assertThat(Arrays.copyOf(logits, 6)).containsExactly(ALONE, within(tolerance(type)));
        assertThat(best(logits)).isEqualTo(24);
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32"})
    void theSharersCacheHoldsRotatedKeysAndPlainValues(ElementType type) {
        SharedCache shared = shared(type);

        assertThat(Arrays.copyOfRange(shared.cache().keys(scope, 0).toDoubles(), 8, 10))
                .containsExactly(new double[] {1.341700876920, -0.238179959173}, within(tolerance(type)));
        assertThat(Arrays.copyOfRange(shared.cache().values(scope, 0).toDoubles(), 4, 6))
                .containsExactly(new double[] {0.091567033448, -0.782628295592}, within(tolerance(type)));
        assertThat(Arrays.copyOfRange(shared.cache().keys(scope, 1).toDoubles(), 8, 10))
                .containsExactly(new double[] {-1.118823101265, 0.261691810409}, within(tolerance(type)));
        assertThat(Arrays.copyOfRange(shared.cache().values(scope, 1).toDoubles(), 4, 6))
                .containsExactly(new double[] {-0.005377128386, 0.535099157534}, within(tolerance(type)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32"})
    void everyLayersKeysAndValuesAreFused(ElementType type) {
        List<FusionWatch.Call> order = new ArrayList<>();
        double[][] own = new double[3][];
        FusionWatch watch = call -> {
            order.add(call);
            if (call.part() == FusionWatch.Part.KEYS) {
                own[call.layer()] = Arrays.copyOfRange(call.receiver().toDoubles(), 16, 20);
            }
        };
        KvCache cache = cache(receiver(type));
        new FusedPrefill(receiver(type), FusionMode.SEQUENTIAL, List.of(sharer(type, 0.5)), () -> false, watch)
                .run(scope, request(), cache);

        for (int layer = 0; layer < 3; layer++) {
            double[] keys = cache.keys(scope, layer).toDoubles();
            double[] values = cache.values(scope, layer).toDoubles();
            assertThat(own[layer]).containsExactly(OWN_KEYS[layer], within(tolerance(type)));
            assertThat(Arrays.copyOfRange(keys, 16, 20)).containsExactly(FUSED_KEYS[layer], within(tolerance(type)));
            assertThat(Arrays.copyOfRange(values, 32, 36))
                    .containsExactly(FUSED_VALUES[layer], within(tolerance(type)));
        }
        assertThat(order).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32"})
    void theFusedPromptStartsAnotherAnswer(ElementType type) {
        KvCache cache = cache(receiver(type));
        FusedPrompt fused = fuse(type, FusionMode.SEQUENTIAL, cache, sharer(type, 0.5));

        assertThat(fused.logits().shape()).containsExactly(1, 1, 32);
        assertThat(Arrays.copyOf(fused.logits().toDoubles(), 8)).containsExactly(FUSED, within(tolerance(type)));
        assertThat(greedy(receiver(type), cache, fused.logits(), 8)).containsExactly(4, 6, 18, 11, 14, 26, 1, 22);
    }

    @ParameterizedTest
    @CsvSource({"F64, 0.0", "F64, -1.0", "F32, 0.0", "F32, -1.0", "BF16, 0.0", "BF16, -1.0"})
    void aClosedGateLeavesTheReceiverUntouched(ElementType type, double logit) {
        FusedPrompt fused = fuse(type, FusionMode.SEQUENTIAL, cache(receiver(type)), sharer(type, logit));

        assertThat(fused.logits().toDoubles()).containsExactly(alone(type, 5));
        assertThat(fused.report().gateOpenShare()).isZero();
        assertThat(fused.report().fusedPositions()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "BF16"})
    void aClosedGateComputedInFullLeavesTheReceiverUntouchedToo(ElementType type) {
        KvCache cache = cache(receiver(type));
        FusedPrompt fused = new FusedPrefill(
                        receiver(type), FusionMode.SEQUENTIAL, List.of(sharer(type, 0)), () -> false, call -> {})
                .run(scope, request(), cache);

        assertThat(fused.logits().toDoubles()).containsExactly(alone(type, 5));
    }

    @Test
    void whatFusingDidIsReported() {
        FusionReport report = fuse(
                        ElementType.F64,
                        FusionMode.SEQUENTIAL,
                        cache(receiver(ElementType.F64)),
                        sharer(ElementType.F64, 0.5))
                .report();

        assertThat(report.fusedPositions()).isEqualTo(5);
        assertThat(report.gateOpenShare()).isEqualTo(1);
        assertThat(report.meanKeyWeight()).isBetween(0.3, 0.7);
        assertThat(report.meanValueWeight()).isBetween(0.3, 0.7);
        assertThat(report.cacheBytes()).isEqualTo(5 * 2 * 2 * 2 * 8);
        assertThat(report.project()).isPositive();
        assertThat(report.fuse()).isPositive();
        assertThat(report.copy()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void eachSharersPartIsReported(FusionMode mode) {
        ElementType type = ElementType.F64;
        Sharer open = sharer(type, 0.5);
        Sharer closed = sharer(type, -1);
        List<Section> sections = List.of(new Section(2, 3), new Section(3, 1), Section.unfused(1));
        FusionReport report = new FusedPrefill(receiver(type), mode, List.of(open, closed), () -> false)
                .run(scope, new FuseRequest(PromptRows.of(TinyPair.PROMPT), sections), cache(receiver(type)))
                .report();

        SharerReport first = report.sharers().getFirst();
        SharerReport second = report.sharers().getLast();
        assertThat(report.sharers()).hasSize(2);
        assertThat(first.fusedPositions()).isEqualTo(5).isEqualTo(report.fusedPositions());
        assertThat(second.fusedPositions()).isEqualTo(2);
        assertThat(first.cacheBytes() + second.cacheBytes()).isEqualTo(report.cacheBytes());
        assertThat(first.gateOpenShare()).isEqualTo(1);
        assertThat(second.gateOpenShare()).isZero();
        assertThat(first.meanKeyWeight()).isEqualTo(report.meanKeyWeight()).isPositive();
        assertThat(second.meanKeyWeight()).isZero();
        assertThat(first.project()).isPositive();
        assertThat(second.project()).isZero();
        assertThat(first.project().plus(second.project())).isEqualTo(report.project());
        assertThat(first.fuse().plus(second.fuse())).isLessThanOrEqualTo(report.fuse());
        assertThat(first.copy().plus(second.copy())).isLessThanOrEqualTo(report.copy());
    }

    @Test
    void layersThatAreNotMappedStayAsTheyAre() {
        LoadedFuser onlyLast = keep(TinyPair.fuser(ElementType.F64, 0.5, Map.of(2, new LayerLink(1, 2)), 0));
        KvCache cache = cache(receiver(ElementType.F64));
        KvCache own = cache(receiver(ElementType.F64));
        fuse(ElementType.F64, FusionMode.SEQUENTIAL, cache, new Sharer(shared(ElementType.F64), onlyLast));
        receiver(ElementType.F64).forward(scope, Forward.of(TinyPair.PROMPT.subList(0, 5), own));

        for (int layer = 0; layer < 2; layer++) {
            assertThat(cache.keys(scope, layer, 0, 5).toDoubles())
                    .containsExactly(own.keys(scope, layer).toDoubles());
            assertThat(cache.values(scope, layer, 0, 5).toDoubles())
                    .containsExactly(own.values(scope, layer).toDoubles());
        }
        assertThat(cache.keys(scope, 2, 0, 5).toDoubles())
                .isNotEqualTo(own.keys(scope, 2).toDoubles());
    }

    @Test
    void inParallelTheOrderOfSharersDoesNotMatterButOneAfterTheOtherItDoes() {
        ElementType type = ElementType.F64;
        Sharer first = sharer(type, 0.5);
        Sharer second = new Sharer(shared(type), keep(TinyPair.fuser(type, 0.5, TinyPair.LAYERS, 1000)));

        assertThat(logits(FusionMode.PARALLEL, first, second))
                .containsExactly(logits(FusionMode.PARALLEL, second, first), within(1e-13));
        assertThat(logits(FusionMode.SEQUENTIAL, first, second))
                .isNotEqualTo(logits(FusionMode.SEQUENTIAL, second, first));
    }

    @ParameterizedTest
    @EnumSource
    void aSharerWithClosedGatesIsThatSharerLeftOutToTheLastBit(FusionMode mode) {
        ElementType type = ElementType.F64;
        Sharer first = sharer(type, 0.5);
        Sharer second = new Sharer(shared(type), keep(TinyPair.fuser(type, 0.5, TinyPair.LAYERS, 1000)));
        FusionSettings closed = FusionSettings.TRAINED.with(Gates.CLOSED);
        FusionSettings noLayers = new FusionSettings(Gates.OPEN, 1, Set.of());

        for (FusionSettings none : List.of(closed, noLayers)) {
            assertThat(logits(mode, first, new Sharer(second.cache(), second.fuser(), none)))
                    .containsExactly(logits(mode, first));
            assertThat(logits(mode, new Sharer(second.cache(), second.fuser(), none), first))
                    .containsExactly(logits(mode, first));
        }
        assertThat(logits(mode, first, second)).isNotEqualTo(logits(mode, first));
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheLayersThatAreAskedForAreFusedAndEachSharerHasItsOwn(FusionMode mode) {
        ElementType type = ElementType.F64;
        Sharer first = only(sharer(type, 0.5), 0);
        Sharer second = only(new Sharer(shared(type), keep(TinyPair.fuser(type, 0.5, TinyPair.LAYERS, 1000))), 2);
        KvCache own = cache(receiver(type));
        receiver(type).forward(scope, Forward.of(TinyPair.PROMPT.subList(0, 5), own));
        KvCache both = fused(mode, first, second);
        KvCache one = fused(mode, first);
        KvCache other = fused(mode, only(second, 2));

        assertThat(keys(both, 0)).isEqualTo(keys(one, 0)).isNotEqualTo(keys(own, 0));
        assertThat(keys(both, 1)).isEqualTo(keys(own, 1));
        assertThat(keys(both, 2)).isEqualTo(keys(other, 2)).isNotEqualTo(keys(own, 2));
    }

    private static Sharer only(Sharer sharer, int layer) {
        return new Sharer(sharer.cache(), sharer.fuser(), new FusionSettings(Gates.TRAINED, 1, Set.of(layer)));
    }

    private KvCache fused(FusionMode mode, Sharer... sharers) {
        KvCache cache = cache(receiver(ElementType.F64));
        run(mode, cache, sharers);
        return cache;
    }

    private double[] keys(KvCache cache, int layer) {
        return cache.keys(scope, layer, 0, 5).toDoubles();
    }

    private double[] logits(FusionMode mode, Sharer... sharers) {
        return run(mode, cache(receiver(ElementType.F64)), sharers);
    }

    /** All of them in one section. */
    private double[] run(FusionMode mode, KvCache cache, Sharer... sharers) {
        Section shared = new Section(5, (1 << sharers.length) - 1);
        FuseRequest request = new FuseRequest(PromptRows.of(TinyPair.PROMPT), List.of(shared, Section.unfused(1)));
        return new FusedPrefill(receiver(ElementType.F64), mode, List.of(sharers), () -> false)
                .run(scope, request, cache)
                .logits()
                .toDoubles();
    }

    @Test
    void equalRowsStayEqual() {
        ElementType type = ElementType.F64;
        PromptRows twice = new PromptRows(List.of(TinyPair.PROMPT, TinyPair.PROMPT), List.of(), List.of());
        SharedCache shared = keep(SharedCache.prefill(sharerModel(type), twice, 5, () -> false));
        KvCache cache = keep(receiver(type).newCache(2, 16));
        double[] both = new FusedPrefill(
                        receiver(type),
                        FusionMode.SEQUENTIAL,
                        List.of(new Sharer(shared, fuserOf(type, 0.5))),
                        () -> false)
                .run(scope, new FuseRequest(twice, FIVE_AND_ONE), cache)
                .logits()
                .toDoubles();

        assertThat(Arrays.copyOf(both, 32)).containsExactly(Arrays.copyOfRange(both, 32, 64), within(1e-13));
        assertThat(Arrays.copyOf(both, 8)).containsExactly(FUSED, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void aLaterTurnContinuesBothCaches(int firstTurn) {
        ElementType type = ElementType.F64;
        List<Integer> conversation = List.of(3, 17, 8, 25, 11, 30, 5, 9, 2);
        PromptRows whole = PromptRows.of(conversation);
        List<Section> first = List.of(Section.fused(firstTurn), Section.unfused(1));
        List<Section> second = List.of(Section.fused(7 - firstTurn), Section.unfused(1));
        List<Section> all = List.of(first.get(0), first.get(1), second.get(0), second.get(1));
        KvCache cache = cache(receiver(type));
        SharedCache shared = keep(SharedCache.create(sharerModel(type), 1, 16));
        FusedPrefill prefill = new FusedPrefill(
                receiver(type), FusionMode.SEQUENTIAL, List.of(new Sharer(shared, fuserOf(type, 0.5))), () -> false);

        shared.read(whole, firstTurn, () -> false);
        prefill.run(scope, new FuseRequest(PromptRows.of(conversation.subList(0, firstTurn + 1)), first), cache);
        shared.read(whole, 8, () -> false);
        double[] inTurns = prefill.run(scope, new FuseRequest(whole, second), cache)
                .logits()
                .toDoubles();
        double[] atOnce = prefill.run(scope, new FuseRequest(whole, all), cache(receiver(type)))
                .logits()
                .toDoubles();

        assertThat(inTurns).containsExactly(atOnce, within(1e-12));
    }

    @Test
    void aWholeCacheHandedOverGoesOnAsInOneCall() {
        ElementType type = ElementType.F64;
        KvCache handed = cache(receiver(type));
        receiver(type).forward(scope, Forward.of(TinyPair.PROMPT.subList(0, 3), handed));
        double[] after = receiver(type)
                .forward(scope, Forward.of(TinyPair.PROMPT.subList(3, 6), handed))
                .toDoubles();

        assertThat(after).containsExactly(alone(type, 6), within(1e-9));
    }

    @Test
    void aFusedCacheThatIsNotFiniteNamesItsLayer() {
        ElementType type = ElementType.F32;
        FusionSettings huge = new FusionSettings(Gates.TRAINED, Float.MAX_VALUE, null);
        Sharer sharer = new Sharer(shared(type), fuserOf(type, 0.5), huge);
        KvCache cache = cache(receiver(type));

        assertThatThrownBy(() -> fuseTwice(type, sharer, cache))
                .isInstanceOf(NonFiniteFusionException.class)
                .hasMessageContaining("layer 0 (sharer 1)");
    }

    /** The second time on top of what is huge already. */
    private void fuseTwice(ElementType type, Sharer sharer, KvCache cache) {
        FuseRequest both =
                new FuseRequest(PromptRows.of(TinyPair.PROMPT), List.of(new Section(5, 3), Section.unfused(1)));
        new FusedPrefill(receiver(type), FusionMode.SEQUENTIAL, List.of(sharer, sharer), () -> false)
                .run(scope, both, cache);
    }

    @Test
    void aSharerThatHasReadTooLittleIsRefused() {
        ElementType type = ElementType.F64;
        SharedCache shared =
                keep(SharedCache.prefill(sharerModel(type), PromptRows.of(TinyPair.PROMPT), 4, () -> false));
        Sharer sharer = new Sharer(shared, fuserOf(type, 0.5));
        KvCache cache = cache(receiver(type));

        assertThatThrownBy(() -> fuse(type, FusionMode.SEQUENTIAL, cache, sharer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The sharer sharer has read 4 positions of 1 rows; the receiver fuses within 5 positions of 1"
                                + " rows");
        assertThat(cache.length()).isZero();
    }

    @Test
    void manyPromptsLeaveNothingBehind() {
        ElementType type = ElementType.F32;
        Sharer sharer = sharer(type, 0.5);
        KvCache cache = cache(receiver(type));
        FusedPrefill prefill = new FusedPrefill(receiver(type), FusionMode.SEQUENTIAL, List.of(sharer), () -> false);
        for (int step = 0; step < 300; step++) {
            try (TensorScope each = scope.child()) {
                prefill.run(each, request(), cache);
                assertThat(each.size()).isEqualTo(1);
            }
            cache.truncate(0);
        }
        assertThat(scope.size()).isZero();
    }

    private FusedPrompt fuse(ElementType type, FusionMode mode, KvCache cache, Sharer sharer) {
        return new FusedPrefill(receiver(type), mode, List.of(sharer), () -> false).run(scope, request(), cache);
    }

    private static FuseRequest request() {
        return new FuseRequest(PromptRows.of(TinyPair.PROMPT), FIVE_AND_ONE);
    }

    /** Last logits of the receiver alone, read in two sections. */
    private double[] alone(ElementType type, int first) {
        KvCache cache = cache(receiver(type));
        Tensor logits = receiver(type).forward(scope, Forward.of(TinyPair.PROMPT.subList(0, first), cache));
        if (first < TinyPair.PROMPT.size()) {
            logits = receiver(type)
                    .forward(scope, Forward.of(TinyPair.PROMPT.subList(first, TinyPair.PROMPT.size()), cache));
        }
        return logits.toDoubles();
    }

    private List<Integer> greedy(LoadedModel model, KvCache cache, Tensor first, int count) {
        List<Integer> ids = new ArrayList<>();
        Tensor logits = first;
        while (ids.size() < count) {
            ids.add(best(logits.toDoubles()));
            logits = model.forward(scope, Forward.of(List.of(ids.getLast()), cache));
        }
        return ids;
    }

    private static int best(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private Sharer sharer(ElementType type, double gateLogit) {
        return new Sharer(shared(type), fuserOf(type, gateLogit));
    }

    private SharedCache shared(ElementType type) {
        return keep(SharedCache.prefill(sharerModel(type), PromptRows.of(TinyPair.PROMPT), 5, () -> false));
    }

    private LoadedFuser fuserOf(ElementType type, double gateLogit) {
        return keep(TinyPair.fuser(type, gateLogit));
    }

    private LoadedModel receiver(ElementType type) {
        return Models.RECEIVERS.computeIfAbsent(type, TinyPair::receiver);
    }

    private LoadedModel sharerModel(ElementType type) {
        return Models.SHARERS.computeIfAbsent(type, TinyPair::sharer);
    }

    private KvCache cache(LoadedModel model) {
        return keep(model.newCache(1, 24));
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    private static double tolerance(ElementType type) {
        return TOLERANCE.getOrDefault(type, 0.0);
    }
}
