package dev.kvasir.fuser;

import static dev.kvasir.fuser.LayerFuserProgram.PROGRAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.fuser.LayerFuser.Projection;
import dev.kvasir.fuser.LayerFuser.Side;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayerFuserTest {

    private static final LayerFuserShape SHAPE = new LayerFuserShape(1, 4, 2, 4, 8, 12, 3, Ablation.NONE);

    private static final double[] FUSED_KEYS = {
        -0.213432820097,
        0.473101353145,
        0.937126493259,
        0.958445683925,
        0.946540179454,
        0.157138576469,
        -0.705659958853,
        -1.241380113778,
        -0.875618213594,
        -0.238137914918,
        0.510465600189,
        1.018854854089,
        0.866555913330,
        0.476253716487,
        -0.139261714342,
        -0.688443069824,
        -1.369795859699,
        -1.157834890016,
        -0.405526431266,
        0.539464058128,
        0.939553806164,
        0.941283490163,
        0.501319306160,
        -0.173888629462
    };
    private static final double[] FUSED_VALUES = {
        1.080513350382,
        1.180251229641,
        0.726374571457,
        -0.070690943746,
        -0.326735191619,
        -0.820541177703,
        -0.928183829635,
        -0.601798028455,
        0.445173968342,
        0.934550911656,
        0.983770409746,
        0.567781653473,
        -0.250173648288,
        -0.887478436442,
        -1.111113502781,
        -0.812489336319,
        -0.699674250502,
        0.027693311312,
        0.739835307009,
        1.105068961535,
        0.477976090104,
        -0.120055877239,
        -0.662390263850,
        -0.891606595622
    };
    private static final double[] KEY_WEIGHTS = {
        0.549050678295, 0.551486603795, 0.547097767703, 0.545385476098, 0.619412561807, 0.479582663893
    };
    private static final double[] VALUE_WEIGHTS = {
        0.380860981713, 0.440798141646, 0.479750151273, 0.463656377471, 0.501956666451, 0.515162248332
    };

    private final TensorScope scope = TensorScope.root();

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"F64, 1e-10", "F32, 1e-6", "BF16, 2e-2"})
    void keysAndValuesAreProjectedWeightedAndAdded(ElementType type, double tolerance) {
        Offset<Double> offset = within(tolerance);
        Projection keys = project("key_", 901, 903, type);
        Projection values = project("value_", 902, 904, type);

        assertThat(keys.weight().toDoubles()).containsExactly(KEY_WEIGHTS, offset);
        assertThat(values.weight().toDoubles()).containsExactly(VALUE_WEIGHTS, offset);
        assertThat(add("key_", keys, 903, type).toDoubles()).containsExactly(FUSED_KEYS, offset);
        assertThat(add("value_", values, 904, type).toDoubles()).containsExactly(FUSED_VALUES, offset);
    }

    @Test
    void aGateOf32BitsLiftsTheSumOver16BitFeatures() {
        Projection keys = project("key_", 901, 903, ElementType.BF16);

        assertThat(keys.features().elementType()).isEqualTo(ElementType.BF16);
        assertThat(add("key_", keys, 903, ElementType.BF16).elementType()).isEqualTo(ElementType.F32);
    }

    @Test
    void aLayerFuserOnAnotherDeviceLeavesNothingOnTheProcessor() {
        try (TensorScope meta = scope.child(TorchDevice.META)) {
            Side here = side("key_", Ablation.NONE, ElementType.F32);
            Side there = new Side(
                    here.ablation(), here.parameters().stream().map(meta::move).toList(), here.gateLogit());
            Tensor receiver = meta.move(input(903, 2, ElementType.F32));
            Projection projection = there.project(meta, meta.move(input(901, 1, ElementType.F32)), receiver);

            assertThat(there.add(meta, receiver, projection, meta.move(gate(1)), 1)
                            .shape())
                    .isEqualTo(receiver.shape());
        }
    }

    @Test
    void permutingTokensPermutesTheOutput() {
        Side side = side("key_", Ablation.NONE, ElementType.F64);
        Tensor sharer = input(901, 1, ElementType.F64);
        Tensor receiver = input(903, 2, ElementType.F64);
        double[] straight = side.project(scope, sharer, receiver).features().toDoubles();
        double[] turned = side.project(scope, flipped(sharer, 1), flipped(receiver, 2))
                .features()
                .toDoubles();

        for (int head = 0; head < 2; head++) {
            for (int token = 0; token < 3; token++) {
                for (int d = 0; d < 4; d++) {
                    assertThat(turned[(head * 3 + token) * 4 + d])
                            .isCloseTo(straight[(head * 3 + 2 - token) * 4 + d], within(1e-14));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Ablation.class)
    void whatIsAblatedHasNoEffect(Ablation ablation) {
        Side side = side("key_", ablation, ElementType.F64);
        Tensor receiver = input(903, 2, ElementType.F64);
        Projection projection = side.project(scope, input(901, 1, ElementType.F64), receiver);
        double[] fused = side.add(scope, receiver, projection, gate(1), 1).toDoubles();
        double[] own = receiver.toDoubles();
        double[] projected = projection.features().toDoubles();
        double[] weights = projection.weight().toDoubles();

        for (int i = 0; i < fused.length; i++) {
            double weight = ablation.weighted() ? weights[i / 4] : 1;
            double expected = ablation == Ablation.PROJECTION ? projected[i] : own[i] + weight * projected[i];
            assertThat(fused[i]).isCloseTo(expected, within(1e-12));
        }
        assertThat(side.open(Gates.CLOSED)).isEqualTo(!ablation.gated());
    }

    @Test
    void aWeightScaleMultipliesWhatIsAdded() {
        Side side = side("key_", Ablation.NONE, ElementType.F64);
        Tensor receiver = input(903, 2, ElementType.F64);
        Projection projection = side.project(scope, input(901, 1, ElementType.F64), receiver);

        assertThat(side.add(scope, receiver, projection, gate(1), 0).toDoubles())
                .containsExactly(receiver.toDoubles());
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0.0, false", "1e-3, true"})
    void aTrainedGateIsOpenStrictlyAboveZero(double logit, boolean open) {
        assertThat(new Side(Ablation.NONE, List.of(), logit).open(Gates.TRAINED))
                .isEqualTo(open);
        assertThat(new Side(Ablation.NONE, List.of(), logit).open(Gates.OPEN)).isTrue();
        assertThat(new Side(Ablation.NONE, List.of(), logit).open(Gates.CLOSED)).isFalse();
    }

    @Test
    void theTrainingGateIsOneSidedGumbel() {
        assertThat(trainingGate(1))
                .containsExactly(new double[] {0.417259791812, 0.704019591627, 0.939934091741}, within(1e-9));
        assertThat(trainingGate(0.001)).containsExactly(new double[] {0, 1, 1}, within(1e-9));
    }

    private double[] trainingGate(double temperature) {
        Tensor logit = scope.doubles(new double[] {0.5});
        Tensor uniform = scope.doubles(new double[] {0.1, 0.5, 0.9}, 3);
        return PROGRAM.run(scope, "training_gate", logit, uniform, scope.doubles(new double[] {temperature}))
                .getFirst()
                .toDoubles();
    }

    private Projection project(String name, int sharer, int receiver, ElementType type) {
        return side(name, Ablation.NONE, type).project(scope, input(sharer, 1, type), input(receiver, 2, type));
    }

    private Tensor add(String name, Projection projection, int receiver, ElementType type) {
        return side(name, Ablation.NONE, type).add(scope, input(receiver, 2, type), projection, gate(1), 1);
    }

    private Tensor gate(float open) {
        return scope.floats(new float[] {open}, 1, 1, 1, 1);
    }

    private Side side(String name, Ablation ablation, ElementType type) {
        LayerFuserShape shape = new LayerFuserShape(1, 4, 2, 4, 8, 12, 3, ablation);
        Map<String, Integer> seeds = seeds();
        List<Tensor> parameters = new ArrayList<>();
        shape.side(name)
                .forEach((key, sizes) -> parameters.add(
                        key.endsWith("gate_logit")
                                ? tensor(new double[] {0.5}, sizes, type)
                                : tensor(FillRule.parameter(key, seeds.getOrDefault(key, 0), sizes), sizes, type)));
        return new Side(ablation, parameters, 0.5);
    }

    private static Map<String, Integer> seeds() {
        Map<String, Integer> seeds = new TreeMap<>();
        SHAPE.tensors().keySet().stream()
                .filter(key -> !key.contains("gate_"))
                .sorted()
                .forEach(key -> seeds.put(key, 11 + seeds.size()));
        return seeds;
    }

    private Tensor input(int seed, long heads, ElementType type) {
        List<Long> shape = List.of(1L, heads, 3L, 4L);
        return tensor(FillRule.inputs(seed, shape), shape, type);
    }

    private Tensor flipped(Tensor tensor, int heads) {
        double[] values = tensor.toDoubles();
        double[] turned = new double[values.length];
        for (int row = 0; row < heads * 3; row++) {
            int other = row / 3 * 3 + 2 - row % 3;
            System.arraycopy(values, row * 4, turned, other * 4, 4);
        }
        return scope.doubles(turned, tensor.shape());
    }

    private Tensor tensor(double[] values, List<Long> shape, ElementType type) {
        Tensor tensor =
                scope.doubles(values, shape.stream().mapToLong(Long::longValue).toArray());
        return PROGRAM.run(scope, "cast", tensor, (long) type.code()).getFirst();
    }
}
