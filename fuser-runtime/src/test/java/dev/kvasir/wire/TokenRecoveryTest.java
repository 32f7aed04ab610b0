package dev.kvasir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.Recovery.Layer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenRecoveryTest {

    private static final List<Integer> IDS = List.of(3, 17, 8, 25, 11, 30, 5, 9, 17, 2, 28, 14, 21, 6, 1, 19);
    private static final List<Integer> PLACES = IntStream.range(2, 15).boxed().toList();
    private static final List<Integer> VOCABULARY =
            IntStream.range(0, TinyModel.VOCABULARY).boxed().toList();

    private static LoadedModel model;

    @BeforeAll
    static void load() {
        model = TinyModel.load(Family.QWEN3, ElementType.F64);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void theFirstLayersValuesTellEveryTokenToWhoKnowsNothingOfTheText() {
        Recovery recovery = recovered(WirePolicy.OPEN, Attack.ALONE);

        assertThat(recovery.tokens()).isEqualTo(13);
        assertThat(recovery.candidates()).isEqualTo(32);
        assertThat(recovery.layers()).hasSize(3).first().isEqualTo(new Layer(0, 13));
        assertThat(recovery.bestLayer()).isZero();
        assertThat(recovery.rate()).isEqualTo(1);
    }

    @Test
    void deeperLayersTellLessToWhoKnowsNothingOfTheText() {
        Recovery recovery = recovered(new WirePolicy(CacheCodec.NONE, List.of(1, 2), 0), Attack.ALONE);

        assertThat(recovery.layers()).extracting(Layer::layer).containsExactly(1, 2);
        assertThat(recovery.best()).isLessThan(13);
    }

    @Test
    void everyLayerTellsEveryTokenToWhoHasReadSoFar() {
        assertThat(recovered(new WirePolicy(CacheCodec.NONE, List.of(1, 2), 0), Attack.IN_CONTEXT)
                        .layers())
                .containsExactly(new Layer(1, 13), new Layer(2, 13));
    }

    @Test
    void paddingBetweenIsSeenByNobody() {
        List<Boolean> hidden = IntStream.range(0, 16).mapToObj(i -> i == 5).toList();
        List<Integer> mask = hidden.stream().map(pad -> pad ? 0 : 1).toList();
        try (KvCache cache = model.newCache(1, IDS.size());
                TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(IDS, cache).withMask(List.of(mask)));
            ShownCache shown = new ShownCache(cache, IDS, hidden, List.of(3, 4, 6, 9), List.of(2));

            assertThat(recovery(VOCABULARY)
                            .of(List.of(shown), Attack.IN_CONTEXT)
                            .layers())
                    .containsExactly(new Layer(2, 4));
        }
    }

    @Test
    void noiseHidesTokensInEveryLayer() {
        Recovery recovery = recovered(new WirePolicy(CacheCodec.NONE, null, 10), Attack.IN_CONTEXT);

        assertThat(recovery.layers())
                .hasSize(3)
                .allSatisfy(layer -> assertThat(layer.recovered()).isLessThan(7));
        assertThat(recovery.voted()).isLessThan(7);
    }

    @Test
    void whereNoLayerCrossedNothingIsRead() {
        Recovery recovery = recovered(new WirePolicy(CacheCodec.NONE, List.of(), 0), Attack.ALONE);

        assertThat(recovery.layers()).isEmpty();
        assertThat(recovery.rate()).isZero();
        assertThat(recovery.bestLayer()).isEqualTo(-1);
    }

    @Test
    void severalTextsAreCountedTogether() {
        try (KvCache one = cache();
                KvCache other = cache()) {
            Recovery recovery =
                    recovery(VOCABULARY).of(List.of(shown(one, List.of(0)), shown(other, List.of(0))), Attack.ALONE);

            assertThat(recovery.tokens()).isEqualTo(26);
            assertThat(recovery.layers()).containsExactly(new Layer(0, 26));
            assertThat(recovery.voted()).isEqualTo(26);
        }
    }

    @Test
    void theMostVotesWin() {
        try (KvCache cache = cache()) {
            Guesses guesses = new Guesses(new ShownCache(cache, IDS, List.of(), List.of(5, 6), List.of(0, 1, 2)));
            List<Integer> block = List.of(30, 5, 9);
            guesses.offer(0, 0, new WireProgram.Nearest(new double[] {0.9, 0.9}, new long[] {2, 0}), block);
            guesses.offer(1, 0, new WireProgram.Nearest(new double[] {0.1, 0.1}, new long[] {0, 1}), block);
            guesses.offer(2, 0, new WireProgram.Nearest(new double[] {0.2, 0.2}, new long[] {0, 2}), block);
            guesses.offer(2, 1, new WireProgram.Nearest(new double[] {0.1}, new long[] {1}), block);

            assertThat(IntStream.range(0, 3).map(guesses::recovered)).containsExactly(0, 2, 1);
            assertThat(guesses.voted()).isEqualTo(1);
        }
    }

    @Test
    void candidatesAlwaysHoldTheTruthAndAreDrawnBySeed() {
        List<Integer> drawn = Candidates.of(1000, List.of(7, 7, 999), 20, new Random(4));

        assertThat(drawn).hasSize(20).contains(7, 999).isSorted();
        assertThat(Candidates.of(1000, List.of(7, 999), 20, new Random(4))).isEqualTo(drawn);
        assertThat(Candidates.of(1000, List.of(7, 999), 20, new Random(5))).isNotEqualTo(drawn);
        assertThat(Candidates.of(5, List.of(2), 20, new Random(4))).containsExactly(0, 1, 2, 3, 4);
        assertThat(Candidates.of(1000, List.of(7, 999), 1, new Random(4))).containsExactly(7, 999);
    }

    @Test
    void aPlaceThatWasNotReadIsRefused() {
        try (KvCache cache = cache()) {
            assertThatThrownBy(() -> new ShownCache(cache, IDS, List.of(), List.of(16), List.of(0)))
                    .hasMessage("A cache of 16 positions and 16 tokens has no text at 16");
        }
    }

    @Test
    void itStopsWhenItIsCancelled() {
        try (KvCache cache = cache()) {
            TokenRecovery cancelled = new TokenRecovery(model, VOCABULARY, () -> true);
            assertThatThrownBy(() -> cancelled.of(List.of(shown(cache, List.of(0))), Attack.ALONE))
                    .isInstanceOf(CancellationException.class);
        }
    }

    private static Recovery recovered(WirePolicy policy, Attack attack) {
        try (KvCache cache = cache()) {
            policy.apply(cache, new Random(1));
            return recovery(VOCABULARY).of(List.of(shown(cache, policy.leaving(cache.layers()))), attack);
        }
    }

    private static TokenRecovery recovery(List<Integer> candidates) {
        return new TokenRecovery(model, candidates, () -> false);
    }

    private static ShownCache shown(KvCache cache, List<Integer> layers) {
        return new ShownCache(cache, IDS, List.of(), PLACES, layers);
    }

    private static KvCache cache() {
        KvCache cache = model.newCache(1, IDS.size());
        try (TensorScope scope = TensorScope.root()) {
            model.forward(scope, Forward.of(IDS, cache));
        }
        return cache;
    }
}
