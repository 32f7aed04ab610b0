package dev.kvasir.cli;

import dev.kvasir.bench.FuseBench;
import dev.kvasir.bench.FuseBenchReport;
import dev.kvasir.bench.FuseBenchReport.Line;
import dev.kvasir.bench.Spread;
import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.FuserDescription;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.model.Checkpoint;
import dev.kvasir.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Measures a fuser between its two models, and says what came out. */
final class FuseBenchLines {

    private static final double GIGA = 1e9;

    private FuseBenchLines() {}

    /** The models are those of the fuser's description, by their names in the store. */
    static FuseBenchReport measure(
            String fuser, Profile profile, TorchDevice device, int rounds, List<Integer> tokens) {
        try (FuserCheckpoint checkpoint = FuserArgument.of(fuser).open(FuserArgument.Numbers.SAFETENSORS)) {
            FuserDescription description = checkpoint.description();
            try (Checkpoint receiver = open(description.receiver().model());
                    Checkpoint sharer = open(description.sharer().model());
                    LoadedModel reading = profile.load(receiver, device);
                    LoadedModel sharing = profile.load(sharer, device);
                    LoadedFuser loaded = LoadedFuser.load(checkpoint, profile.elementType(), device)) {
                checkpoint.requireFit(receiver.config(), sharer.config());
                return new FuseBench(reading, sharing, loaded, rounds, tokens).run();
            }
        }
    }

    private static Checkpoint open(String model) {
        return Checkpoint.open(ModelArgument.of(model).path());
    }

    static List<String> of(List<FuseBenchReport> reports) {
        FuseBenchReport first = reports.getFirst();
        List<String> lines = new ArrayList<>();
        if (!reports.stream().allMatch(FuseBenchReport::comparable)) {
            double load =
                    reports.stream().mapToDouble(FuseBenchReport::load).max().orElse(0);
            lines.add(BenchCommand.notComparable(load, first.cores()) + "; trust the shares only");
        }
        lines.add("%s into %s, %s on %s, %d thread(s), %d process(es)"
                .formatted(
                        first.sharer(),
                        first.receiver(),
                        first.profile(),
                        first.device(),
                        first.threads(),
                        reports.size()));
        lines.add(
                "tokens  ms: sharer  receiver  project     fuse   project + fuse by receiver   first  GFLOP/s: receiver"
                        + "  project");
        for (int i = 0; i < first.lines().size(); i++) {
            lines.add(line(reports, i));
        }
        return lines;
    }

    private static String line(List<FuseBenchReport> reports, int i) {
        Spread share =
                BenchCommand.middle(reports, report -> report.lines().get(i).share());
        return String.format(
                Locale.ROOT,
                "%6d  %10.1f  %8.1f  %7.1f  %7.1f  %7.1f %% (%.1f, %.1f)  %10.1f %%  %17.1f  %7.1f",
                reports.getFirst().lines().get(i).tokens(),
                ms(reports, i, Line::sharerMs),
                ms(reports, i, Line::receiverMs),
                ms(reports, i, Line::projectMs),
                ms(reports, i, Line::fuseMs),
                100 * share.median(),
                100 * share.lowerQuartile(),
                100 * share.upperQuartile(),
                100 * number(reports, i, Line::firstShare),
                number(reports, i, Line::receiverPerSecond) / GIGA,
                number(reports, i, Line::projectPerSecond) / GIGA);
    }

    private static double ms(List<FuseBenchReport> reports, int i, Function<Line, Spread> part) {
        return number(reports, i, line -> part.apply(line).median());
    }

    private static double number(List<FuseBenchReport> reports, int i, Function<Line, Double> part) {
        return BenchCommand.median(reports, report -> part.apply(report.lines().get(i)));
    }
}
