package dev.kvasir.decoder.kernel;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of a program that holds and multiplies matrices as a plan says. For each role R it has {@code
 * multiply_R(self, x, l)} and, for the copies the plan needs, {@code hold_R_floats(self, w)}, {@code hold_R_halves(self, w)}
 * and {@code hold_R_bytes(self, q, scales)}, called layer by layer.
 */
public final class KernelText {

    /** What a copy is made from. */
    public enum Source {
        FLOATS("w: Tensor"),
        HALVES("w: Tensor"),
        BYTES("q: Tensor, scales: Tensor");

        private final String parameters;

        Source(String parameters) {
            this.parameters = parameters;
        }

        static Source of(Kernel kernel) {
            if (kernel.takesBytes()) {
                return BYTES;
            }
            return kernel.takesHalves() ? HALVES : FLOATS;
        }

        /** The method that takes a role's matrix so. */
        public String method(MatrixRole role) {
            return "hold_" + role.id() + "_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private KernelText() {}

    /** The lists the program is to be compiled with. */
    public static Map<String, String> lists(KernelPlan plan) {
        Map<String, String> lists = new TreeMap<>();
        for (MatrixRole role : MatrixRole.values()) {
            plan.torchCopies(role).forEach(kernel -> lists.putAll(kernel.lists(role)));
        }
        return lists;
    }

    /** The methods. */
    public static String methods(KernelPlan plan) {
        StringBuilder text = new StringBuilder();
        Set<Kernel> used = EnumSet.noneOf(Kernel.class);
        for (MatrixRole role : MatrixRole.values()) {
            used.addAll(plan.torchCopies(role));
            sources(plan, role).forEach(source -> holding(text, plan, role, source));
            product(text, plan, role);
        }
        text.append(used.stream().map(Kernel::method).distinct().collect(Collectors.joining()));
        return text.toString();
    }

    /** What the plan's copies for a role are made from. */
    public static Set<Source> sources(KernelPlan plan, MatrixRole role) {
        Set<Source> sources = EnumSet.noneOf(Source.class);
        plan.torchCopies(role).forEach(kernel -> sources.add(Source.of(kernel)));
        return sources;
    }

    private static void holding(StringBuilder text, KernelPlan plan, MatrixRole role, Source source) {
        text.append("def %s(self, %s) -> None:\n".formatted(source.method(role), source.parameters));
        plan.torchCopies(role).stream()
                .filter(kernel -> Source.of(kernel) == source)
                .forEach(kernel -> text.append(kernel.holding(role).indent(2)));
    }

    private static void product(StringBuilder text, KernelPlan plan, MatrixRole role) {
        text.append("def multiply_%s(self, x: Tensor, l: int) -> Tensor:\n".formatted(role.id()));
        RowBucket[] buckets = RowBucket.values();
        for (int i = 0; i < buckets.length - 1; i++) {
            Kernel kernel = plan.torchKernel(role, buckets[i]);
            if (kernel != plan.torchKernel(role, buckets[i + 1])) {
                text.append("  if torch.size(x, 0) <= %d:\n    return %s\n"
                        .formatted(buckets[i].most(), kernel.product(role)));
            }
        }
        text.append(
                "  return %s\n".formatted(plan.torchKernel(role, RowBucket.MANY).product(role)));
    }
}
