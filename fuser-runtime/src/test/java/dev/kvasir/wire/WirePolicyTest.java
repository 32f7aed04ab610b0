package dev.kvasir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WirePolicyTest {

    private static final int POSITIONS = 200;

    private static LoadedModel model;

    @BeforeAll
    static void load() {
        model = TinyModel.load(Family.QWEN2, ElementType.F64);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void anOpenPolicyLeavesEveryNumberAsItWas() {
        assertThat(after(WirePolicy.OPEN, 1)).usingRecursiveComparison().isEqualTo(after(null, 1));
    }

    @Test
    void aLayerThatStaysIsAllZeros() {
        List<double[]> plain = after(null, 1);
        List<double[]> crossed = after(new WirePolicy(CacheCodec.NONE, List.of(2, 1), 0), 1);

        assertThat(crossed.get(0)).containsOnly(0);
        assertThat(crossed.get(1)).containsOnly(0);
        assertThat(crossed.subList(2, 6)).usingRecursiveComparison().isEqualTo(plain.subList(2, 6));
    }

    @Test
    void noiseIsTheSameForOneSeedAndOtherForAnother() {
        WirePolicy noisy = new WirePolicy(CacheCodec.NONE, null, 0.5);

        assertThat(after(noisy, 7)).usingRecursiveComparison().isEqualTo(after(noisy, 7));
        assertThat(after(noisy, 7).getFirst()).isNotEqualTo(after(noisy, 8).getFirst());
    }

    @Test
    void noiseIsSoManyOfEachChannelsOwnDeviations() {
        List<double[]> plain = after(null, 1);
        List<double[]> noisy = after(new WirePolicy(CacheCodec.NONE, null, 0.5), 1);

        for (int part = 0; part < plain.size(); part++) {
            for (int channel = 0; channel < 8; channel++) {
                double[] own = channel(plain.get(part), channel);
                double[] other = channel(noisy.get(part), channel);
                double[] added = IntStream.range(0, POSITIONS)
                        .mapToDouble(i -> other[i] - own[i])
                        .toArray();
                assertThat(deviation(added) / deviation(own)).isCloseTo(0.5, within(0.12));
            }
        }
    }

    @Test
    void roundingComesLast() {
        WirePolicy both = new WirePolicy(CacheCodec.INT8, null, 0.5);
        List<double[]> noisy = after(new WirePolicy(CacheCodec.NONE, null, 0.5), 3);
        List<double[]> rounded = after(both, 3);

        double largest = 0;
        for (int i = 0; i < 4; i++) {
            largest = Math.max(largest, Math.abs(noisy.getFirst()[i]));
        }
        double step = largest / 127;
        for (int i = 0; i < 4; i++) {
            assertThat(rounded.getFirst()[i]).isCloseTo(noisy.getFirst()[i], within(step * 0.51));
            assertThat(rounded.getFirst()[i] / step).isCloseTo(Math.rint(rounded.getFirst()[i] / step), within(1e-9));
        }
    }

    @Test
    void bytesAreThoseOfTheVectorsThatCross() {
        try (KvCache cache = cache()) {
            assertThat(WirePolicy.OPEN.bytes(cache, 3, POSITIONS)).isEqualTo(cache.bytes());
            assertThat(new WirePolicy(CacheCodec.INT8, null, 0).bytes(cache, 2, 10))
                    .isEqualTo(2 * 2 * 2 * 10 * (4 + 8));
            assertThat(new WirePolicy(CacheCodec.INT4, null, 0).bytes(cache, 2, 10))
                    .isEqualTo(2 * 2 * 2 * 10 * (2 + 8));
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new WirePolicy(CacheCodec.NONE, null, Double.NaN))
                .hasMessage("Noise is 0 to 10 standard deviations, not NaN");
        assertThatThrownBy(() -> new WirePolicy(CacheCodec.NONE, List.of(-1, 3), 0))
                .hasMessage("Layers count from 0, not from -1");
    }

    /** Keys and values, layer by layer; as they were if there is no policy. */
    private static List<double[]> after(@Nullable WirePolicy policy, long seed) {
        List<double[]> contents = new ArrayList<>();
        try (KvCache cache = cache();
                TensorScope scope = TensorScope.root()) {
            if (policy != null) {
                policy.apply(cache, new Random(seed));
            }
            for (int layer = 0; layer < cache.layers(); layer++) {
                contents.add(cache.keys(scope, layer).toDoubles());
                contents.add(cache.values(scope, layer).toDoubles());
            }
        }
        return contents;
    }

    private static KvCache cache() {
        KvCache cache = model.newCache(1, POSITIONS);
        try (TensorScope scope = TensorScope.root()) {
            List<Integer> ids = IntStream.range(0, POSITIONS)
                    .mapToObj(i -> (i * 7 + i * i / 5) % TinyModel.VOCABULARY)
                    .toList();
            model.forward(scope, Forward.of(ids, cache));
        }
        return cache;
    }

    /** Of {@code [1, 2, positions, 4]}. */
    private static double[] channel(double[] part, int channel) {
        int head = channel / 4;
        return IntStream.range(0, POSITIONS)
                .mapToDouble(i -> part[(head * POSITIONS + i) * 4 + channel % 4])
                .toArray();
    }

    private static double deviation(double[] numbers) {
        double mean = 0;
        for (double number : numbers) {
            mean += number / numbers.length;
        }
        double squares = 0;
        for (double number : numbers) {
            squares += (number - mean) * (number - mean);
        }
        return Math.sqrt(squares / numbers.length);
    }
}
