package dev.kvasir.decoder.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelTunerTest {
    private static final Set<Kernel> TORCH = EnumSet.complementOf(EnumSet.of(Kernel.DIRECT));
    private static final Map<MatrixRole, MatrixShape> SMALL = shapes(576);
    private static final Map<MatrixRole, MatrixShape> LARGE = shapes(896);

    @Test
    void takesTheBestForOneRowAndTheBestForManyWhereBothPay() {
        List<Kernel> chosen = KernelTuner.choose(Map.of(
                Kernel.FBGEMM, new double[] {10, 12, 30, 300},
                Kernel.ONEDNN, new double[] {15, 13, 16, 40},
                Kernel.BF16, new double[] {30, 30, 35, 90}));

        assertThat(chosen).containsExactly(Kernel.FBGEMM, Kernel.FBGEMM, Kernel.ONEDNN, Kernel.ONEDNN);
    }

    @Test
    void keepsOneCopyWhereASecondPaysLittle() {
        List<Kernel> chosen = KernelTuner.choose(Map.of(
                Kernel.FBGEMM, new double[] {10, 12, 30, 300},
                Kernel.ONEDNN, new double[] {10.5, 13, 16, 40}));

        assertThat(chosen).containsOnly(Kernel.ONEDNN);
    }

    @Test
    void queriesAndKeysAreNeverRoundedToBytes() {
        assertThat(KernelPolicy.allowed(MatrixRole.QKV, LARGE, TORCH))
                .containsExactlyInAnyOrder(Kernel.PACKED, Kernel.BF16);
    }

    @ParameterizedTest
    @EnumSource(MatrixRole.class)
    void aSmallModelIsNeverRoundedToBytes(MatrixRole role) {
        assertThat(KernelPolicy.allowed(role, SMALL, TORCH)).doesNotContain(Kernel.FBGEMM, Kernel.ONEDNN);
        if (role != MatrixRole.QKV) {
            assertThat(KernelPolicy.allowed(role, LARGE, TORCH)).contains(Kernel.FBGEMM, Kernel.ONEDNN);
        }
    }

    @Test
    void theFilesOwnCodesServeFewRowsOnly() {
        List<Kernel> chosen = KernelTuner.choose(Map.of(
                Kernel.DIRECT, new double[] {10, 18, 60, Double.POSITIVE_INFINITY},
                Kernel.ONEDNN, new double[] {15, 20, 30, 40}));

        assertThat(chosen).containsExactly(Kernel.DIRECT, Kernel.DIRECT, Kernel.ONEDNN, Kernel.ONEDNN);
        assertThatThrownBy(() -> KernelPlan.all(Kernel.DIRECT)).hasMessageContaining("few rows only");
    }

    @Test
    void whereNothingElseWorksThePlainKernelIsLeft() {
        assertThat(KernelPolicy.allowed(MatrixRole.QKV, SMALL, Set.of(Kernel.PLAIN)))
                .containsExactly(Kernel.PLAIN);
    }

    @Test
    void aKernelThatTookItsProcessDownIsRefused() {
        Map<Kernel, String> found = new EnumMap<>(Kernel.class);

        KernelVerdicts.read(
                List.of(
                        "packed-f32 try",
                        "packed-f32 works",
                        "packed-bf16 try",
                        "packed-bf16 fails: no",
                        "onednn-int8 try"),
                "ended with code 132",
                found);

        assertThat(found)
                .containsEntry(Kernel.PACKED, "works")
                .containsEntry(Kernel.BF16, "no")
                .containsEntry(Kernel.ONEDNN, "the trial ended with code 132")
                .hasSize(3);
    }

    @Test
    void aPlanTellsItsKernelsByRows() {
        KernelPlan plan = KernelPlan.all(Kernel.PACKED)
                .with(MatrixRole.DOWN, List.of(Kernel.FBGEMM, Kernel.FBGEMM, Kernel.BF16, Kernel.BF16));

        assertThat(plan.describe(MatrixRole.DOWN)).isEqualTo("to 4 fbgemm-int8, more packed-bf16");
        assertThat(plan.describe(MatrixRole.HEAD)).isEqualTo("packed-f32");
        assertThat(plan.dtype()).isEqualTo("int8+bf16+f32");
    }

    private static Map<MatrixRole, MatrixShape> shapes(int hidden) {
        Map<MatrixRole, MatrixShape> shapes = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            shapes.put(role, new MatrixShape(hidden, hidden));
        }
        return shapes;
    }
}
