package dev.kvasir.decoder.kernel;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which kernels are exact enough for a role. A choice made on two models and the same texts that {@code FastGoldenIT}
 * checks, so a weak one: {@code docs/performance.md} lists every mix that was tried, also those that speak against it.
 */
final class KernelPolicy {
    /** Hidden widths below it belong to models small enough to feel any matrix in 8 bits. */
    private static final int SMALL = 768;

    private KernelPolicy() {}

    /** Those of the usable kernels that a model of these shapes may use for the role by itself. */
    static Set<Kernel> allowed(MatrixRole role, Map<MatrixRole, MatrixShape> shapes, Set<Kernel> usable) {
        Set<Kernel> allowed = EnumSet.copyOf(usable);
        if (!bytesSuffice(role, shapes)) {
            allowed.removeIf(Kernel::takesBytes);
        }
        leaveOut(allowed, Kernel.PLAIN, Kernel.PACKED);
        leaveOut(allowed, Kernel.FBGEMM_NARROW, Kernel.FBGEMM);
        return allowed;
    }

    private static boolean bytesSuffice(MatrixRole role, Map<MatrixRole, MatrixShape> shapes) {
        return switch (role) {
            case QKV -> false;
            case OUTPUT, GATE_UP, DOWN, HEAD ->
                Objects.requireNonNull(shapes.get(MatrixRole.DOWN)).rows() >= SMALL;
        };
    }

    /** One that is nowhere better than another need not be timed where the other works. */
    private static void leaveOut(Set<Kernel> kernels, Kernel one, Kernel other) {
        if (kernels.contains(other)) {
            kernels.remove(one);
        }
    }
}
