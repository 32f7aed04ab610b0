package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchProgramTest {
    private static final String SOURCE = """
            def scale(self, x: Tensor, by: float) -> Tensor:
              return torch.mul(x, by)
            def sum_of(self, xs: List[Tensor]) -> Tensor:
              total = torch.zeros_like(xs[0])
              for x in xs:
                total = torch.add(total, x)
              return total
            def halves(self, x: Tensor) -> List[Tensor]:
              return torch.chunk(x, 2)
            def both(self, x: Tensor, shape: List[int], negate: bool) -> Tuple[Tensor, List[Tensor]]:
              y = torch.reshape(x, shape)
              if negate:
                y = torch.neg(y)
              return (y, [x, y])
            def cast(self, x: Tensor, type: int) -> Tensor:
              return torch.to(x, type)
            def transpose(self, x: Tensor) -> Tensor:
              return torch.t(x)
            def write(self, target: Tensor, source: Tensor, at: int) -> None:
              rows = torch.slice(target, 0, at, at + torch.size(source, 0), 1)
              _ = torch.copy_(rows, source)
            def loss(self, x: Tensor, w: List[Tensor]) -> Tensor:
              return torch.sum(torch.mul(torch.matmul(x, w[0]), w[1]))
            def fail(self, x: Tensor) -> Tensor:
              return torch.matmul(x, torch.ones([7, 7]))
            """;

    private static final TorchProgram program = TorchProgram.compile(SOURCE);
    private final TensorScope scope = TensorScope.root();

    @AfterAll
    static void closeProgram() {
        program.close();
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @Test
    void aMethodIsRunByItsName() {
        Tensor x = scope.floats(new float[] {1, 2, 3, 4}, 2, 2);

        Tensor scaled = program.run(scope, "scale", x, 2.5).getFirst();

        assertThat(scaled.toFloats()).containsExactly(2.5f, 5f, 7.5f, 10f);
        assertThat(scaled.shape()).containsExactly(2, 2);
        assertThat(scaled.elementType()).isEqualTo(ElementType.F32);
    }

    @Test
    void oneTextServesFloatAndDouble() {
        Tensor x = scope.doubles(new double[] {1.0 / 3, Math.PI}, 2);

        Tensor scaled = program.run(scope, "scale", x, 3.0).getFirst();

        assertThat(scaled.elementType()).isEqualTo(ElementType.F64);
        assertThat(scaled.toDoubles()).containsExactly(1.0, Math.PI * 3);
    }

    @Test
    void listsOfTensorsGoInAndOut() {
        Tensor one = scope.longs(new long[] {1, 2, 3, 4}, 4);
        Tensor two = scope.longs(new long[] {10, 20, 30, 40}, 4);

        Tensor sum = program.run(scope, "sum_of", List.of(one, two)).getFirst();
        List<Tensor> halves = program.run(scope, "halves", sum);

        assertThat(halves).hasSize(2);
        assertThat(halves.get(1).toLongs()).containsExactly(33, 44);
    }

    @Test
    void aTupleComesOutFlat() {
        Tensor x = scope.floats(new float[] {1, 2}, 2);

        List<Tensor> parts = program.run(scope, "both", x, List.of(1L, 2L), true);

        assertThat(parts).hasSize(3);
        assertThat(parts.getFirst().shape()).containsExactly(1, 2);
        assertThat(parts.get(1).toFloats()).containsExactly(1, 2);
        assertThat(parts.get(2).toFloats()).containsExactly(-1, -2);
    }

    @ParameterizedTest
    @EnumSource
    void everyElementTypeIsToldAndReadBack(ElementType type) {
        Tensor x = program.run(scope, "cast", scope.floats(new float[] {0, 1, 1}, 3), type.code())
                .getFirst();

        assertThat(x.elementType()).isEqualTo(type);
        assertThat(x.toFloats()).containsExactly(0, 1, 1);
        assertThat(x.toDoubles()).containsExactly(0, 1, 1);
        assertThat(x.toLongs()).containsExactly(0, 1, 1);
        assertThat(x.memory().remaining()).isEqualTo(3 * type.bytes());
        assertThat(x.sizeInBytes()).isEqualTo(3L * type.bytes());
    }

    @Test
    void aBf16TensorIsAHandleLikeAnyOther() {
        ByteBuffer bits = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
        bits.putShort(0, (short) 0x3FC0).putShort(2, (short) 0xC000); // 1.5 and -2

        Tensor x = scope.wrap(bits, ElementType.BF16, 2, 1);
        Tensor scaled = program.run(scope, "scale", x, 2.0).getFirst();

        assertThat(scaled.elementType()).isEqualTo(ElementType.BF16);
        assertThat(scaled.toFloats()).containsExactly(3f, -4f);
    }

    @Test
    void aWrappedBufferIsNotCopied() {
        ByteBuffer memory = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
        Tensor x = scope.wrap(memory, ElementType.F32, 4);

        memory.putFloat(8, 42f);

        assertThat(x.toFloats()).containsExactly(0, 0, 42, 0);
    }

    @Test
    void tensorsAreWrittenInPlaceAcrossRuns() {
        Tensor slab = scope.zeros(ElementType.F64, 4, 2);

        assertThat(program.run(scope, "write", slab, scope.doubles(new double[] {5, 6}, 1, 2), 2L))
                .isEmpty();

        assertThat(slab.toDoubles()).containsExactly(0, 0, 0, 0, 5, 6, 0, 0);
    }

    @Test
    void aViewWithGapsIsReadInOrderButHasNoMemory() {
        Tensor x = program.run(scope, "transpose", scope.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
                .getFirst();

        assertThat(x.toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThatThrownBy(x::memory)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("A tensor of shape [3, 2] with gaps between its elements, or on a GPU, has no memory of its"
                        + " own here; call contiguous() in the program, or move it to the processor.");
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void aTrackedRunIsDifferentiated(ElementType type) {
        Tensor x = program.run(scope, "cast", scope.floats(new float[] {1, 2}, 1, 2), type.code())
                .getFirst();
        Tensor weight = program.run(scope, "cast", scope.floats(new float[] {3, 4, 5, 6}, 2, 2), type.code())
                .getFirst()
                .requireGradient();
        Tensor factor = program.run(scope, "cast", scope.floats(new float[] {10, 100}, 1, 2), type.code())
                .getFirst()
                .requireGradient();

        Tensor loss =
                program.runTracked(scope, "loss", x, List.of(weight, factor)).getFirst();
        loss.backward();

        assertThat(loss.toDoubles()[0]).isCloseTo(13 * 10 + 16 * 100, within(1e-9));
        assertThat(weight.gradient(scope).toDoubles()).containsExactly(10, 100, 20, 200);
        assertThat(factor.gradient(scope).toDoubles()).containsExactly(13, 16);
    }

    @Test
    void gradientsAddUpUntilTheyAreZeroed() {
        Tensor x = scope.floats(new float[] {7}, 1).requireGradient();

        program.runTracked(scope, "scale", x, 2.0).getFirst().backward();
        program.runTracked(scope, "scale", x, 3.0).getFirst().backward();
        assertThat(x.gradient(scope).toFloats()).containsExactly(5);

        x.zeroGradient();
        assertThat(x.gradient(scope).toFloats()).containsExactly(0);
    }

    @Test
    void aPlainRunRecordsNothingInANewThreadEither() {
        Tensor x = scope.floats(new float[] {7}, 1).requireGradient();

        Tensor y = CompletableFuture.supplyAsync(
                        () -> program.run(scope, "scale", x, 2.0).getFirst())
                .join();

        assertThatThrownBy(y::backward)
                .isInstanceOf(TorchProgramException.class)
                .hasMessageContaining("does not require grad");
    }

    @Test
    void aGradientThatWasNeverComputedIsAnError() {
        assertThatThrownBy(() -> scope.floats(new float[] {7}, 1).gradient(scope))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("This tensor has no gradient:");
    }

    @Test
    void anErrorInsideAProgramNamesTheMethodAndTheFault() {
        assertThatThrownBy(() -> program.run(scope, "fail", scope.floats(new float[6], 2, 3)))
                .isInstanceOf(TorchProgramException.class)
                .hasMessageStartingWith("The torch program's method 'fail' failed:")
                .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (2x3 and 7x7)")
                .hasMessageContaining("return torch.matmul(x, torch.ones([7, 7]))");
    }

    @Test
    void anUnknownMethodIsAnError() {
        assertThatThrownBy(() -> program.run(scope, "missing"))
                .isInstanceOf(TorchProgramException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void aTextThatIsNoProgramDoesNotCompile() {
        assertThatThrownBy(() -> TorchProgram.compile("def f(self, x: Tensor) -> Tensor:\n  return torch.nope(x)\n"))
                .isInstanceOf(TorchProgramException.class)
                .hasMessageStartingWith("A torch program does not compile:")
                .hasMessageContaining("nope");
    }

    @Test
    void anArgumentOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> program.run(scope, "scale", 't'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("A torch program takes no argument of class java.lang.Character");
    }

    @Test
    void valuesThatDoNotFillTheShapeAreRefused() {
        assertThatThrownBy(() -> scope.floats(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 values do not fill the shape [2, 3], which takes 6.");
        assertThatThrownBy(() -> scope.wrap(ByteBuffer.allocate(4), ElementType.F32, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scope.wrap(ByteBuffer.allocateDirect(5), ElementType.F32, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTensorClosesWithItsScopeUnlessItIsKept() {
        Tensor kept;
        Tensor dropped;
        try (TensorScope step = scope.child()) {
            Tensor x = step.floats(new float[] {1}, 1);
            dropped = program.run(step, "scale", x, 2.0).getFirst();
            kept = scope.keep(program.run(step, "scale", x, 3.0).getFirst());
        }

        assertThat(kept.toFloats()).containsExactly(3);
        assertThatThrownBy(dropped::toFloats)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("This tensor is closed");
    }

    @Test
    void aClosedScopeTakesNoMoreTensors() {
        TensorScope closed = scope.child();
        closed.close();

        assertThatThrownBy(() -> closed.floats(new float[1], 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This tensor scope is closed.");
    }

    @Test
    void twoThousandRunsLeaveNothingBehind() {
        int mebibyte = 1 << 20;
        Tensor x = scope.zeros(ElementType.U8, mebibyte);
        runInAStep(x, 200);
        long residentBefore = residentBytes();

        runInAStep(x, 2000);

        assertThat(scope.size()).isEqualTo(1);
        assertThat(residentBytes() - residentBefore).isLessThan(300L * mebibyte);
    }

    private void runInAStep(Tensor x, int times) {
        for (int i = 0; i < times; i++) {
            try (TensorScope step = scope.child()) {
                program.run(step, "both", x, List.of(2L, -1L), true);
                program.run(step, "sum_of", List.of(x, x));
            }
        }
    }

    private static long residentBytes() {
        try {
            return new Scanner(Files.readString(Path.of("/proc/self/statm")))
                            .skip("\\d+")
                            .nextLong()
                    * 4096;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Test
    void keepsInItsListsWhatItsMethodsAppend() {
        try (TensorScope scope = TensorScope.root();
                TorchProgram program = TorchProgram.compile("""
                        def hold(self, x: Tensor) -> None:
                          _0 = torch.append(self.kept, x)
                        def kept_at(self, i: int) -> Tensor:
                          return torch.add(self.kept[i], 0)
                        """, Map.of("kept", "Tensor"))) {
            try (TensorScope brief = scope.child()) {
                program.run(brief, "hold", brief.floats(new float[] {1, 2}, 2));
                program.run(brief, "hold", brief.floats(new float[] {3}, 1));
            }

            assertThat(program.run(scope, "kept_at", 0).getFirst().toFloats()).containsExactly(1, 2);
            assertThat(program.run(scope, "kept_at", 1).getFirst().toFloats()).containsExactly(3);
        }
    }
}
