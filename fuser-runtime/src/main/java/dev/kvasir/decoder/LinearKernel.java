package dev.kvasir.decoder;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchProgram;
import dev.kvasir.torch.TorchProgramException;
import java.util.Locale;
import java.util.Random;

/** How a decoder's matrices are multiplied. */
enum LinearKernel {
    /** torch's own linear, on weights as they are. */
    PLAIN,
    /** oneDNN's, on weights laid out for it once; an operator that libtorch may rename, so it is tried before use. */
    PACKED,
    /** torch's own linear in bfloat16, between floats: half the memory, and what GPUs multiply quickest. */
    HALVES;

    /** Rows the layout is made for; it serves every other number too. */
    private static final int PACKED_FOR_ROWS = 64;

    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def pack(self, weight: Tensor, rows: int) -> Tensor:
              return ops.mkldnn._reorder_linear_weight(weight, rows)
            def halve(self, weight: Tensor) -> Tensor:
              return torch.to(weight, 15)
            """);

    /** For a profile on a device: a GPU's quick one is {@link #HALVES}, and only the processor has {@link #PACKED}. */
    static LinearKernel best(Profile profile, TorchDevice device) {
        if (device.isCpu()) {
            return best(ElementType.F32);
        }
        return profile == Profile.FAST ? HALVES : PLAIN;
    }

    /** The system property {@code kvasir.linear} ({@code plain} or {@code packed}), else packed where it proves itself. */
    static LinearKernel best(ElementType type) {
        String wanted = System.getProperty("kvasir.linear", "packed").toUpperCase(Locale.ROOT);
        boolean packed = LinearKernel.valueOf(wanted) == PACKED && type == ElementType.F32 && Proof.HOLDS;
        return packed ? PACKED : PLAIN;
    }

    /** The weight in this kernel's layout, in the scope given; where it lay before. */
    Tensor prepare(TensorScope scope, Tensor weight) {
        return switch (this) {
            case PLAIN -> scope.keep(weight);
            case PACKED -> PROGRAM.run(scope, "pack", weight, PACKED_FOR_ROWS).getFirst();
            case HALVES -> PROGRAM.run(scope, "halve", weight).getFirst();
        };
    }

    /** Tries the packed kernel over awkward sizes against the plain one, once. */
    private static final class Proof {
        static final boolean HOLDS = holds();

        private static boolean holds() {
            try (TorchProgram program = TorchProgram.compile("""
                            def difference(self, x: Tensor, weight: Tensor, packed: Tensor) -> Tensor:
                              y = ops.mkldnn._linear_pointwise(x, packed, None, "none", annotate(List[Optional[number]], []), "")
                              return torch.max(torch.abs(torch.sub(y, torch.linear(x, weight))))
                            """);
                    TensorScope scope = TensorScope.root()) {
                Random random = new Random(1);
                for (int rows : new int[] {1, 3, 70}) {
                    Tensor x = scope.floats(values(random, rows * 36), 1, rows, 36);
                    Tensor weight = scope.floats(values(random, 20 * 36), 20, 36);
                    Tensor packed = PACKED.prepare(scope, weight);
                    // written so that NaN fails too
                    if (!(program.run(scope, "difference", x, weight, packed)
                                    .getFirst()
                                    .toDoubles()[0]
                            < 1e-4)) {
                        return false;
                    }
                }
                return true;
            } catch (TorchProgramException unavailable) {
                return false;
            }
        }

        private static float[] values(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }
    }
}
