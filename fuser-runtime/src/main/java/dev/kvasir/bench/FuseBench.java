package dev.kvasir.bench;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.fuser.FuseRequest;
import dev.kvasir.fuser.FusedPrefill;
import dev.kvasir.fuser.FusionMode;
import dev.kvasir.fuser.FusionReport;
import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.Gates;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.fuser.PromptRows;
import dev.kvasir.fuser.Section;
import dev.kvasir.fuser.SharedCache;
import dev.kvasir.fuser.Sharer;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchLibrary;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures what projecting and fusing take beside the receiver's own prefill, on made-up tokens, all gates open. Every round goes
 * over all lengths, so that load from elsewhere falls on all of them; the first round is told apart.
 */
public final class FuseBench {

    private static final double NANOS_OF_MS = 1e6;

    private final LoadedModel receiver;
    private final LoadedModel sharer;
    private final LoadedFuser fuser;
    private final int rounds;
    private final List<Integer> lengths;

    /**
     * Prepares to measure a pair, which the caller closes.
     *
     * @param rounds at least one
     * @param lengths tokens that are fused, each at least 1
     */
    public FuseBench(LoadedModel receiver, LoadedModel sharer, LoadedFuser fuser, int rounds, List<Integer> lengths) {
        if (rounds < 1 || lengths.isEmpty() || lengths.stream().anyMatch(length -> length < 1)) {
            throw new IllegalArgumentException("Rounds and tokens to fuse are counted from 1.");
        }
        this.receiver = receiver;
        this.sharer = sharer;
        this.fuser = fuser;
        this.rounds = rounds;
        this.lengths = List.copyOf(lengths);
    }

    /** One round of one length, in milliseconds. */
    private record Times(double sharer, double receiver, double project, double fuse) {
        double share() {
            return (project + fuse) / receiver;
        }
    }

    /** Measures; takes seconds to minutes. */
    public FuseBenchReport run() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<List<Times>> times = new ArrayList<>();
        lengths.forEach(length -> times.add(new ArrayList<>()));
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < lengths.size(); i++) {
                times.get(i).add(measure(lengths.get(i)));
            }
        }
        List<FuseBenchReport.Line> lines = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            lines.add(line(lengths.get(i), times.get(i)));
        }
        return new FuseBenchReport(
                receiver.name(),
                sharer.name(),
                receiver.profile().id(),
                receiver.device().name(),
                TorchLibrary.threads(),
                Runtime.getRuntime().availableProcessors(),
                load,
                lines);
    }

    private Times measure(int tokens) {
        FuseRequest request =
                new FuseRequest(ids(receiver, tokens + 1), List.of(Section.fused(tokens), Section.unfused(1)));
        long start = System.nanoTime();
        try (SharedCache shared = SharedCache.prefill(sharer, ids(sharer, tokens), tokens, () -> false)) {
            double reading = (System.nanoTime() - start) / NANOS_OF_MS;
            try (KvCache cache = receiver.newCache(1, tokens + 1);
                    TensorScope scope = TensorScope.root(receiver.device())) {
                FusionReport report = new FusedPrefill(
                                receiver,
                                FusionMode.SEQUENTIAL,
                                List.of(new Sharer(shared, fuser, FusionSettings.TRAINED.with(Gates.OPEN))),
                                () -> false)
                        .run(scope, request, cache)
                        .report();
                return new Times(
                        reading,
                        ms(report.prefill()),
                        ms(report.project()),
                        ms(report.fuse().plus(report.copy())));
            }
        }
    }

    private static PromptRows ids(LoadedModel model, int tokens) {
        int vocabulary = model.config().vocabularySize();
        return PromptRows.of(IntStream.range(0, tokens)
                .mapToObj(i -> (100 + 7 * i) % vocabulary)
                .toList());
    }

    private FuseBenchReport.Line line(int tokens, List<Times> times) {
        List<Times> warm = times.subList(1, times.size());
        Spread receiverMs = spread(warm, Times::receiver);
        Spread projectMs = spread(warm, Times::project);
        double read = (tokens + 1) * Bench.operations(receiver.config(), new BenchPoint.Prefill(tokens));
        double projected = 2.0 * tokens * matrices();
        return new FuseBenchReport.Line(
                tokens,
                spread(warm, Times::sharer),
                receiverMs,
                projectMs,
                spread(warm, Times::fuse),
                spread(warm, Times::share),
                times.getFirst().share(),
                1000 * read / receiverMs.median(),
                1000 * projected / projectMs.median());
    }

    /** Numbers in the layer fusers' matrices, each as often as a layer of the receiver goes through it. */
    private long matrices() {
        return fuser.description().layers().values().stream()
                .map(link -> fuser.description().layerFusers().get(link.layerFuser()))
                .flatMap(shape -> shape.tensors().values().stream())
                .filter(sizes -> sizes.size() == 2)
                .mapToLong(sizes -> sizes.get(0) * sizes.get(1))
                .sum();
    }

    private static Spread spread(List<Times> times, ToDoubleFunction<Times> part) {
        return Spread.of(times.stream().map(time -> part.applyAsDouble(time)).toList());
    }

    private static double ms(Duration duration) {
        return duration.toNanos() / NANOS_OF_MS;
    }
}
