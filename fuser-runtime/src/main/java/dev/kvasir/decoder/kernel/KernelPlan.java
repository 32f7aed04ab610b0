package dev.kvasir.decoder.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which kernel multiplies the matrices of each role, by how many rows are multiplied at once.
 *
 * @param kernels per role one for each {@link RowBucket}, in their order
 */
public record KernelPlan(Map<MatrixRole, List<Kernel>> kernels) {

    public KernelPlan {
        Map<MatrixRole, List<Kernel>> copy = new EnumMap<>(MatrixRole.class);
        kernels.forEach((role, chosen) -> copy.put(role, List.copyOf(chosen)));
        kernels = Collections.unmodifiableMap(copy);
        for (MatrixRole role : MatrixRole.values()) {
            List<Kernel> chosen = kernels.getOrDefault(role, List.of());
            if (chosen.size() != RowBucket.values().length) {
                throw new IllegalArgumentException("A plan names a kernel for each of %d row buckets of %s, not %d."
                        .formatted(RowBucket.values().length, role.id(), chosen.size()));
            }
            if (chosen.getLast() == Kernel.DIRECT) {
                throw new IllegalArgumentException("%s multiplies few rows only: %s needs another kernel for many."
                        .formatted(Kernel.DIRECT.id(), role.id()));
            }
        }
    }

    /** One kernel for everything. */
    public static KernelPlan all(Kernel kernel) {
        Map<MatrixRole, List<Kernel>> kernels = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            kernels.put(role, Collections.nCopies(RowBucket.values().length, kernel));
        }
        return new KernelPlan(kernels);
    }

    /** The kernel for a role and a bucket. */
    public Kernel kernel(MatrixRole role, RowBucket bucket) {
        return role(role).get(bucket.index());
    }

    /** The kernel for one row. */
    public Kernel kernelForOne(MatrixRole role) {
        return kernel(role, RowBucket.ONE);
    }

    /** The kernel that a program takes: where another than libtorch's is chosen, that for the next larger bucket. */
    Kernel torchKernel(MatrixRole role, RowBucket bucket) {
        return role(role).stream()
                .skip(bucket.index())
                .filter(Kernel::isTorch)
                .findFirst()
                .orElseThrow();
    }

    /** The kernels that a role needs copies for in a program. */
    public Set<Kernel> torchCopies(MatrixRole role) {
        Set<Kernel> copies = EnumSet.copyOf(role(role));
        copies.removeIf(kernel -> !kernel.isTorch());
        return copies;
    }

    /** Whether some number of the role's rows is multiplied as the file has them. */
    public boolean isDirect(MatrixRole role) {
        return role(role).contains(Kernel.DIRECT);
    }

    /** Whether so many rows are. */
    public boolean isDirect(MatrixRole role, int rows) {
        return kernel(role, RowBucket.of(rows)) == Kernel.DIRECT;
    }

    /** What the plan's kernels keep of numbers, the least first: {@code int8+bf16}. */
    public String dtype() {
        return kernels.values().stream()
                .flatMap(List::stream)
                .map(Kernel::rounding)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .map(Kernel.Rounding::dtype)
                .collect(Collectors.joining("+"));
    }

    /** This plan with others for one role. */
    KernelPlan with(MatrixRole role, List<Kernel> chosen) {
        Map<MatrixRole, List<Kernel>> changed = new EnumMap<>(kernels);
        changed.put(role, chosen);
        return new KernelPlan(changed);
    }

    private List<Kernel> role(MatrixRole role) {
        List<Kernel> chosen = kernels.get(role);
        if (chosen == null) {
            throw new IllegalStateException("A plan holds all roles");
        }
        return chosen;
    }

    /** Like {@code 1 row fbgemm-int8, more onednn-int8}. */
    public String describe(MatrixRole role) {
        List<String> parts = new ArrayList<>();
        RowBucket[] buckets = RowBucket.values();
        for (int i = 0; i < buckets.length; i++) {
            boolean lastOfItsKind = i + 1 == buckets.length || kernel(role, buckets[i + 1]) != kernel(role, buckets[i]);
            if (lastOfItsKind) {
                boolean open = buckets[i] == RowBucket.MANY;
                String rows = open ? (parts.isEmpty() ? "" : "more ") : "to %d ".formatted(buckets[i].most());
                parts.add(rows + kernel(role, buckets[i]).id());
            }
        }
        return String.join(", ", parts);
    }

    @Override
    public String toString() {
        return kernels.keySet().stream()
                .map(role -> role.id() + ": " + describe(role))
                .collect(Collectors.joining("; "));
    }
}
