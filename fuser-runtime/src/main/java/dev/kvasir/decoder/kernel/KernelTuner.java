package dev.kvasir.decoder.kernel;

import dev.kvasir.decoder.direct.DirectMatrix;
import dev.kvasir.model.CodeLayout;
import dev.kvasir.torch.TorchLibrary;
import dev.kvasir.torch.TorchProgramException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels of a model by timing those that work here on matrices of its shapes, once: the choice is remembered
 * for the model's shapes, the machine and the number of threads. The system property {@code kvasir.kernel} overrides it:
 * a kernel for everything ({@code packed-bf16}), or kernels by role, one or, behind a slash, another for several rows
 * ({@code head=packed-bf16,down=direct/onednn-int8}).
 */
public final class KernelTuner {
    private static final Logger log = LoggerFactory.getLogger(KernelTuner.class);

    /** A second copy of a matrix costs memory, so it must be this much faster for some number of rows. */
    private static final double WORTH_A_COPY = 1.1;

    /** Rows of a matrix that are timed; time grows with them evenly. */
    private static final int MOST_ROWS = 1024;

    private static final int COPIES = 3;
    private static final int REPEATS = 4;

    private final ModelMatrices matrices;
    private final Map<MatrixRole, Set<Kernel>> candidates;
    private final double nanosPerByte = MemorySweep.nanosPerByte();

    private KernelTuner(ModelMatrices matrices, Map<MatrixRole, Set<Kernel>> candidates) {
        this.matrices = matrices;
        this.candidates = candidates;
    }

    /** The plan for a model's matrices. The first call for a model on a machine measures. */
    public static KernelPlan plan(ModelMatrices matrices) {
        String override = System.getProperty("kvasir.kernel", "");
        Optional<Kernel> everywhere = Kernel.ofId(override);
        if (everywhere.isPresent()) {
            return KernelPlan.all(everywhere.get());
        }
        KernelPlan plan = tuned(matrices);
        return override.isEmpty() ? plan : overridden(plan, override);
    }

    private static KernelPlan tuned(ModelMatrices matrices) {
        Set<Kernel> usable = KernelVerdicts.get().usable();
        Map<MatrixRole, Set<Kernel>> candidates = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            Set<Kernel> allowed = KernelPolicy.allowed(role, matrices.shapes(), usable);
            if (matrices.layouts().containsKey(role) && DirectMatrix.isSupported()) {
                allowed.add(Kernel.DIRECT);
            }
            candidates.put(role, allowed);
        }
        String about = matrices + " " + candidates + " " + TorchLibrary.threads();
        String file = "plan-" + Machine.key() + "-" + Machine.digest(about) + ".properties";
        Optional<KernelPlan> known = KernelFolder.read(file).flatMap(KernelTuner::parse);
        if (known.isPresent()) {
            return known.get();
        }
        KernelPlan measured = new KernelTuner(matrices, candidates).measure();
        KernelFolder.write(file, properties(measured));
        return measured;
    }

    private KernelPlan measure() {
        Map<MatrixRole, List<Kernel>> chosen = new EnumMap<>(MatrixRole.class);
        matrices.shapes().forEach((role, shape) -> {
            MatrixShape timed = new MatrixShape(Math.min(MOST_ROWS, shape.rows()), shape.columns());
            chosen.put(role, choose(role, timed));
        });
        return new KernelPlan(chosen);
    }

    private List<Kernel> choose(MatrixRole role, MatrixShape shape) {
        Map<Kernel, double[]> times = new EnumMap<>(Kernel.class);
        for (Kernel kernel : candidates.getOrDefault(role, Set.of())) {
            try (Trial trial = trial(role, kernel, shape)) {
                times.put(kernel, times(kernel, trial, memory(role, kernel, shape), times));
            } catch (TorchProgramException refused) {
                // it worked for other shapes; without a time it is not chosen
            }
        }
        times.forEach((kernel, measured) -> log.debug("{} {}: {} ns", kernel.id(), shape, measured));
        return choose(times);
    }

    /**
     * What it takes to read the copies from memory. The few that are timed lie in caches, a model's do not, and reading and
     * computing overlap little where a token goes through many small matrices.
     */
    private double memory(MatrixRole role, Kernel kernel, MatrixShape shape) {
        long bytes = kernel == Kernel.DIRECT
                ? layout(role).bytes((long) shape.rows() * shape.columns())
                : kernel.bytesOf(shape);
        return nanosPerByte * bytes * COPIES;
    }

    private CodeLayout layout(MatrixRole role) {
        return Objects.requireNonNull(matrices.layouts().get(role));
    }

    private Trial trial(MatrixRole role, Kernel kernel, MatrixShape shape) {
        if (kernel == Kernel.DIRECT) {
            return new DirectTrial(layout(role), shape, COPIES);
        }
        KernelTrial trial = new KernelTrial(kernel, shape);
        trial.hold(kernel, KernelTrial.noise(shape.rows() * shape.columns()), COPIES);
        return trial;
    }

    private static double[] times(Kernel kernel, Trial trial, double memory, Map<Kernel, double[]> others) {
        double[] times = new double[RowBucket.values().length];
        for (RowBucket bucket : RowBucket.values()) {
            if (bucket == RowBucket.MANY && !kernel.isTorch()) {
                times[bucket.index()] = Double.POSITIVE_INFINITY;
                continue;
            }
            int index = bucket.index();
            double best = others.values().stream()
                    .mapToDouble(other -> other[index])
                    .min()
                    .orElse(Double.MAX_VALUE);
            times[index] = time(trial.sweep(bucket.measured()), best) + memory;
        }
        return times;
    }

    /** The least of some runs, in the thread's own time, so that other load counts little; a hopeless one runs twice. */
    private static double time(Runnable sweep, double best) {
        double least = Double.MAX_VALUE;
        for (int repeat = 0; repeat < REPEATS && (repeat < 2 || least < 2 * best); repeat++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            sweep.run();
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            least = Math.min(least, (double) nanos);
        }
        return least;
    }

    /**
     * At most two kernels: the best for one row and the best for many, or one of them where it does for both. The file's own
     * codes are preferred for one row: they are the smallest copy, and nothing is rounded.
     */
    static List<Kernel> choose(Map<Kernel, double[]> times) {
        Kernel forOne = best(times, times.keySet(), RowBucket.ONE);
        if (times.containsKey(Kernel.DIRECT) && ratio(times, Kernel.DIRECT, forOne, RowBucket.ONE) < WORTH_A_COPY) {
            forOne = Kernel.DIRECT;
        }
        Kernel forMany = best(times, times.keySet(), RowBucket.MANY);
        Set<Kernel> kept = EnumSet.of(forOne, forMany);
        if (ratio(times, forMany, forOne, RowBucket.ONE) < WORTH_A_COPY) {
            kept = Set.of(forMany);
        } else if (ratio(times, forOne, forMany, RowBucket.MANY) < WORTH_A_COPY) {
            kept = Set.of(forOne);
        }
        List<Kernel> chosen = new ArrayList<>();
        for (RowBucket bucket : RowBucket.values()) {
            chosen.add(best(times, kept, bucket));
        }
        return chosen;
    }

    private static Kernel best(Map<Kernel, double[]> times, Set<Kernel> among, RowBucket bucket) {
        return Collections.min(among, Comparator.comparingDouble(kernel -> time(times, kernel, bucket)));
    }

    private static double ratio(Map<Kernel, double[]> times, Kernel slower, Kernel faster, RowBucket bucket) {
        return time(times, slower, bucket) / time(times, faster, bucket);
    }

    private static double time(Map<Kernel, double[]> times, Kernel kernel, RowBucket bucket) {
        return Objects.requireNonNull(times.get(kernel))[bucket.index()];
    }

    private static KernelPlan overridden(KernelPlan plan, String override) {
        KernelPlan changed = plan;
        for (String part : override.split(",", -1)) {
            String[] sides = part.split("=", 2);
            MatrixRole role = Arrays.stream(MatrixRole.values())
                    .filter(candidate -> candidate.id().equals(sides[0]) && sides.length == 2)
                    .findFirst()
                    .orElseThrow(() -> unknown(part));
            List<Kernel> kernels = Arrays.stream(sides[1].split("/", 2))
                    .map(id -> Kernel.ofId(id).orElseThrow(() -> unknown(part)))
                    .toList();
            if (kernels.contains(Kernel.DIRECT) && !DirectMatrix.isSupported()) {
                throw new IllegalArgumentException(
                        "The system property kvasir.kernel asks for direct, which needs the Vector API: start Java with --add-modules jdk.incubator.vector.");
            }
            List<Kernel> chosen = new ArrayList<>(Collections.nCopies(RowBucket.values().length, kernels.getLast()));
            chosen.set(RowBucket.ONE.index(), kernels.getFirst());
            changed = changed.with(role, chosen);
        }
        return changed;
    }

    private static IllegalArgumentException unknown(String part) {
        return new IllegalArgumentException(
                "The system property kvasir.kernel has '%s': give a kernel, or ROLE=KERNEL or ROLE=KERNEL/KERNEL with commas between. Roles: %s. Kernels: %s."
                        .formatted(
                                part,
                                Arrays.stream(MatrixRole.values())
                                        .map(MatrixRole::id)
                                        .toList(),
                                Arrays.stream(Kernel.values()).map(Kernel::id).toList()));
    }

    private static Properties properties(KernelPlan plan) {
        Properties properties = new Properties();
        plan.kernels()
                .forEach((role, kernels) -> properties.setProperty(
                        role.id(),
                        String.join(",", kernels.stream().map(Kernel::id).toList())));
        return properties;
    }

    private static Optional<KernelPlan> parse(Properties properties) {
        Map<MatrixRole, List<Kernel>> kernels = new EnumMap<>(MatrixRole.class);
        for (MatrixRole role : MatrixRole.values()) {
            List<Kernel> chosen = new ArrayList<>();
            for (String id : properties.getProperty(role.id(), "").split(",", -1)) {
                Kernel.ofId(id).ifPresent(chosen::add);
            }
            if (chosen.size() != RowBucket.values().length) {
                return Optional.empty();
            }
            kernels.put(role, chosen);
        }
        return Optional.of(new KernelPlan(kernels));
    }
}
