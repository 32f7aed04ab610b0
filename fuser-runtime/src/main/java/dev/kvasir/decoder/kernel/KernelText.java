package dev.kvasir.decoder.kernel;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of a program that holds and multiplies matrices as a plan says. For each role R it has {@code
 * multiply_R(self, x, l)} and, for the copies the plan needs, {@code hold_R_floats(self, w)} and {@code
 * hold_R_bytes(self, q, scales)}, called layer by layer.
 */
public final class KernelText {

    private KernelText() {}

    /** The lists the program is to be compiled with. */
    public static Map<String, String> lists(KernelPlan plan) {
        Map<String, String> lists = new TreeMap<>();
        for (MatrixRole role : MatrixRole.values()) {
            plan.copies(role).forEach(kernel -> lists.putAll(kernel.lists(role)));
        }
        return lists;
    }

    /** The methods. */
    public static String methods(KernelPlan plan) {
        StringBuilder text = new StringBuilder();
        Set<Kernel> used = EnumSet.noneOf(Kernel.class);
        for (MatrixRole role : MatrixRole.values()) {
            used.addAll(plan.copies(role));
            holding(text, plan, role, true);
            holding(text, plan, role, false);
            product(text, plan, role);
        }
        text.append(used.stream().map(Kernel::method).distinct().collect(Collectors.joining()));
        return text.toString();
    }

    /** Whether the plan has copies for a role that are made from floats, or from bytes. */
    public static boolean holds(KernelPlan plan, MatrixRole role, boolean bytes) {
        return plan.copies(role).stream().anyMatch(kernel -> kernel.takesBytes() == bytes);
    }

    private static void holding(StringBuilder text, KernelPlan plan, MatrixRole role, boolean bytes) {
        if (!holds(plan, role, bytes)) {
            return;
        }
        String parameters = bytes ? "q: Tensor, scales: Tensor" : "w: Tensor";
        text.append("def hold_%s_%s(self, %s) -> None:\n".formatted(role.id(), bytes ? "bytes" : "floats", parameters));
        plan.copies(role).stream()
                .filter(kernel -> kernel.takesBytes() == bytes)
                .forEach(kernel -> text.append(kernel.holding(role).indent(2)));
    }

    private static void product(StringBuilder text, KernelPlan plan, MatrixRole role) {
        text.append("def multiply_%s(self, x: Tensor, l: int) -> Tensor:\n".formatted(role.id()));
        RowBucket[] buckets = RowBucket.values();
        for (int i = 0; i < buckets.length - 1; i++) {
            Kernel kernel = plan.kernel(role, buckets[i]);
            if (kernel != plan.kernel(role, buckets[i + 1])) {
                text.append("  if torch.size(x, 0) <= %d:\n    return %s\n"
                        .formatted(buckets[i].most(), kernel.product(role)));
            }
        }
        text.append("  return %s\n".formatted(plan.kernel(role, RowBucket.MANY).product(role)));
    }
}
