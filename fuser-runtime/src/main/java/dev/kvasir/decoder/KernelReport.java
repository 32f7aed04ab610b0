package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.Kernel;
import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelTuner;
import dev.kvasir.decoder.kernel.KernelVerdicts;
import dev.kvasir.decoder.kernel.MatrixRole;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.ElementType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What multiplies a model's matrices on this machine.
 *
 * @param exact in the exact profile
 * @param fast in the fast profile, by role of the matrix and how many rows are multiplied at once
 * @param refused why other kernels do not work here, by kernel
 */
public record KernelReport(String exact, Map<String, String> fast, Map<String, String> refused) {

    public KernelReport {
        fast = Collections.unmodifiableMap(new LinkedHashMap<>(fast));
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }

    /** Chooses kernels as loading would; the first call for a model on a machine tries and times them. */
    public static KernelReport of(Checkpoint checkpoint) {
        KernelPlan plan = KernelTuner.plan(FastMatrices.of(checkpoint.config(), checkpoint.weights()));
        Map<String, String> fast = new LinkedHashMap<>();
        for (MatrixRole role : MatrixRole.values()) {
            fast.put(role.id(), plan.describe(role));
        }
        Map<String, String> refused = new LinkedHashMap<>();
        KernelVerdicts.get().refused().forEach((kernel, why) -> refused.put(kernel.id(), why));
        Kernel exact = LinearKernel.best(ElementType.F32) == LinearKernel.PACKED ? Kernel.PACKED : Kernel.PLAIN;
        return new KernelReport(exact.id(), fast, refused);
    }
}
