package dev.kvasir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.cache.CacheCodec.Coded;
import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.TinyModel;
import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CacheCodecTest {

    private static final TorchProgram CAST = TorchProgram.compile("""
            def cast(self, x: Tensor, type: int) -> Tensor:
              return torch.to(x, type)
            """);

    private final TensorScope scope = TensorScope.root();

    @AfterEach
    void closeScope() {
        scope.close();
    }

    static Stream<Arguments> codecsTypesAndShapes() {
        return Stream.of(CacheCodec.INT8, CacheCodec.INT4)
                .flatMap(codec -> Stream.of(ElementType.F32, ElementType.F64, ElementType.BF16)
                        .flatMap(type -> Stream.of(
                                        List.of(1, 1, 1), List.of(3, 5, 7), List.of(2, 257, 64), List.of(1, 9, 33))
                                .map(shape -> Arguments.of(codec, type, shape))));
    }

    @ParameterizedTest
    @MethodSource("codecsTypesAndShapes")
    void everyValueComesBackWithinItsBound(CacheCodec codec, ElementType type, List<Integer> shape) {
        var random = new SplittableRandom(7);
        check(codec, type, shape, i -> random.nextDouble(-3, 3));
        check(codec, type, shape, i -> 0.3);
        check(codec, type, shape, i -> -2.5);
        check(codec, type, shape, i -> 0);
        check(codec, type, shape, i -> i % 11 == 0 ? 1000 : random.nextDouble(-1, 1));
        check(codec, type, shape, i -> random.nextDouble(-1, 1) * Math.pow(10, i % 60 - 30));
        check(codec, type, shape, i -> i % 2 == 0 ? 1e-45 : -1e-42);
        check(codec, type, shape, i -> (i % 2 == 0 ? 1 : -1) * 3e37);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void zerosAndTheLargestMagnitudeComeBackAsTheyWere(CacheCodec codec) {
        float[] values = {0, 0, 0, 127, -127, 0, 14, -7, 0, 0};
        double[] back = roundTrip(codec, scope.floats(values, 2, 5)).toDoubles();

        assertThat(back[0]).isZero();
        assertThat(back[3]).isCloseTo(127, within(1e-4));
        assertThat(back[4]).isCloseTo(-127, within(1e-4));
        assertThat(roundTrip(codec, scope.floats(new float[6], 2, 3)).toDoubles())
                .containsOnly(0);
    }

    @Test
    void fourBitsPackTheEvenElementLow() {
        Coded coded = CacheCodec.INT4.encode(scope, scope.floats(new float[] {7, -7, 0, 1, -3}, 1, 5));

        assertThat(coded.values().toLongs()).containsExactly(15 | 1 << 4, 8 | 9 << 4, 5 | 8 << 4);
        assertThat(coded.steps().toDoubles()).containsExactly(1);
    }

    @Test
    void eightBitsCountStepsOfTheLargestMagnitude() {
        Coded coded = CacheCodec.INT8.encode(scope, scope.floats(new float[] {-254, 2, 3, 0, 1, 0.5f}, 2, 3));

        assertThat(coded.values().toLongs()).containsExactly(-127, 1, 2, 0, 127, 64);
        assertThat(coded.steps().toDoubles()).containsExactly(2, (double) (1 / 127f));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "BF16"})
    void whatIsRoundedTwiceIsRoundedOnce(ElementType type) {
        try (LoadedModel model = TinyModel.load(Family.QWEN3, type);
                KvCache cache = Caches.prefilled(model, Caches.ids(9, 1), 12)) {
            List<double[]> before = Caches.contents(cache);
            CacheCodec.NONE.round(cache, 0, 9);
            assertThat(Caches.contents(cache)).usingRecursiveComparison().isEqualTo(before);

            CacheCodec.INT8.round(cache, 0, 4);
            List<double[]> half = Caches.contents(cache);
            for (int part = 0; part < half.size(); part++) {
                // [2 heads, 9 positions, 4]: from the fifth position on nothing changed
                for (int head = 0; head < 2; head++) {
                    int rest = (head * 9 + 4) * 4;
                    int end = (head + 1) * 9 * 4;
                    assertThat(Arrays.copyOfRange(half.get(part), rest, end))
                            .containsExactly(Arrays.copyOfRange(before.get(part), rest, end));
                }
                assertThat(half.get(part)).isNotEqualTo(before.get(part));
            }
            assertThat(cache.length()).isEqualTo(9);
        }
    }

    @Test
    void aVectorTakesTheBytesItSays() {
        assertThat(CacheCodec.NONE.vectorBytes(64, ElementType.F32)).isEqualTo(256);
        assertThat(CacheCodec.INT8.vectorBytes(64, ElementType.F32)).isEqualTo(68);
        assertThat(CacheCodec.INT4.vectorBytes(64, ElementType.BF16)).isEqualTo(36);
        assertThat(CacheCodec.INT4.vectorBytes(33, ElementType.F64)).isEqualTo(17 + 8);
        for (CacheCodec codec : List.of(CacheCodec.INT8, CacheCodec.INT4)) {
            Coded coded = codec.encode(scope, scope.zeros(ElementType.F32, 3, 5, 33));
            assertThat(coded.values().sizeInBytes() + coded.steps().sizeInBytes())
                    .isEqualTo(15 * codec.vectorBytes(33, ElementType.F32));
        }
    }

    private void check(CacheCodec codec, ElementType type, List<Integer> shape, IntToDoubleFunction value) {
        int count = shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
        int width = shape.getLast();
        double[] given = IntStream.range(0, count).mapToDouble(value).toArray();
        long[] sizes = shape.stream().mapToLong(Integer::longValue).toArray();
        Tensor stored = CAST.run(scope, "cast", scope.doubles(given, sizes), type.code())
                .getFirst();
        double[] before = stored.toDoubles();
        Tensor back = roundTrip(codec, stored);
        double[] after = back.toDoubles();

        assertThat(back.elementType()).isEqualTo(type);
        assertThat(back.shape()).isEqualTo(sizes);
        for (int vector = 0; vector < count / width; vector++) {
            double largest = 0;
            for (int i = 0; i < width; i++) {
                largest = Math.max(largest, Math.abs(before[vector * width + i]));
            }
            double bound = codec.errorBound(largest, type);
            for (int i = vector * width; i < (vector + 1) * width; i++) {
                assertThat(Math.abs(after[i] - before[i])).as("element %d", i).isLessThanOrEqualTo(bound);
            }
        }
    }

    private Tensor roundTrip(CacheCodec codec, Tensor vectors) {
        return codec.decode(scope, codec.encode(scope, vectors), (int) vectors.size(-1), vectors.elementType());
    }
}
