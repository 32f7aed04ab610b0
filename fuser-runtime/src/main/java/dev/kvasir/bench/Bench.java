package dev.kvasir.bench;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.decoder.Profile;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.TorchDevice;
import dev.kvasir.torch.TorchLibrary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures one model in this process. Every round goes over a memory sweep, a matrix product and all points, so that load
 * from elsewhere falls on all of them; the first round only warms up.
 */
public final class Bench {
    private static final int KIB = 1024;

    private final Checkpoint checkpoint;
    private final Profile profile;
    private final TorchDevice device;
    private final int rounds;
    private final List<String> only;

    /**
     * Prepares to measure a model.
     *
     * @param rounds at least one
     * @param only the first words of the labels of points that are wanted, such as {@code decode 64}; empty for all
     */
    public Bench(Checkpoint checkpoint, Profile profile, TorchDevice device, int rounds, List<String> only) {
        if (rounds < 1) {
            throw new IllegalArgumentException("A bench takes at least one round, not " + rounds + ".");
        }
        this.checkpoint = checkpoint;
        this.profile = profile;
        this.device = device;
        this.rounds = rounds;
        this.only = List.copyOf(only);
    }

    private static final class Samples {
        private final List<Double> sweep = new ArrayList<>();
        private final List<Double> gemm = new ArrayList<>();
        private final Map<BenchPoint, List<DecodeRun.Rates>> rates = new HashMap<>();
    }

    /** Loads and measures; takes minutes. */
    public BenchReport run() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        long start = System.nanoTime();
        try (LoadedModel model = LoadedModel.load(checkpoint, profile, device)) {
            double loadSeconds = (System.nanoTime() - start) / 1e9;
            long resident = residentBytes();
            List<BenchPoint> points = BenchPoint.all(model.config().contextLength()).stream()
                    .filter(this::isWanted)
                    .toList();
            Samples samples = measure(model, points);
            Spread sweep = Spread.of(samples.sweep);
            Spread gemm = Spread.of(samples.gemm);
            return new BenchReport(
                    model.name(),
                    profile.id(),
                    model.dtype(),
                    device.name(),
                    TorchLibrary.threads(),
                    Runtime.getRuntime().availableProcessors(),
                    load,
                    loadSeconds,
                    model.bytes(),
                    resident,
                    sweep,
                    gemm,
                    points.stream()
                            .map(point -> line(model, point, samples, sweep, gemm))
                            .toList());
        }
    }

    private boolean isWanted(BenchPoint point) {
        return only.isEmpty() || only.stream().anyMatch(wanted -> (point.label() + " ").startsWith(wanted + " "));
    }

    private Samples measure(LoadedModel model, List<BenchPoint> points) {
        Samples samples = new Samples();
        DecodeRun run = new DecodeRun(model);
        long bytes = model.bytes();
        try (MachineLimits limits = new MachineLimits(bytes, device)) {
            for (int round = 0; round <= rounds; round++) {
                double sweep = bytes / limits.sweep().ownSeconds();
                double gemm = limits.gemm();
                Map<BenchPoint, DecodeRun.Rates> rates = new HashMap<>();
                points.forEach(point -> rates.put(point, run.measure(point)));
                if (round > 0) {
                    samples.sweep.add(sweep);
                    samples.gemm.add(gemm);
                    rates.forEach((point, rate) -> samples.rates
                            .computeIfAbsent(point, key -> new ArrayList<>())
                            .add(rate));
                }
            }
        }
        return samples;
    }

    private static BenchReport.Line line(
            LoadedModel model, BenchPoint point, Samples samples, Spread sweep, Spread gemm) {
        List<DecodeRun.Rates> rates = samples.rates.getOrDefault(point, List.of());
        Spread wall = Spread.of(rates.stream().map(DecodeRun.Rates::wall).toList());
        Spread own = Spread.of(rates.stream().map(DecodeRun.Rates::own).toList());
        double share = point instanceof BenchPoint.Decode(int context, int rows) && rows == 1
                ? own.median() * model.bytesPerToken() / sweep.median()
                : own.median() * operations(model.config(), point) / gemm.median();
        return new BenchReport.Line(point.label(), wall, own, share);
    }

    /** Multiplications and additions that the matrices of a token cost; the head counts where each token needs it. */
    static double operations(ModelConfig config, BenchPoint point) {
        double attention =
                (double) config.hiddenSize() * config.headDim() * (2 * config.heads() + 2 * config.kvHeads());
        double mlp = 3.0 * config.hiddenSize() * config.intermediateSize();
        double head = point instanceof BenchPoint.Decode ? (double) config.hiddenSize() * config.vocabularySize() : 0;
        return 2 * (config.layers() * (attention + mlp) + head);
    }

    private static long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException untold) {
            return 0;
        }
    }
}
