package dev.kvasir.cli;

import dev.kvasir.bench.Bench;
import dev.kvasir.bench.BenchReport;
import dev.kvasir.bench.Spread;
import dev.kvasir.model.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Measures a model on this machine, in fresh processes. */
@Command(
        name = "bench",
        description = "Measures load time, memory, prefill and decode, in fresh processes one after another.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {

    private static final double GIGA = 1e9;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(names = "--profile", description = "fast (the default) or exact.")
    private Profile profile = Profile.FAST;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds in each process; 5 if not given.")
    private int rounds = 5;

    @Option(
            names = "--jvms",
            paramLabel = "N",
            description = "Fresh processes; 3 if not given. 0 measures in this one.")
    private int jvms = 3;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "POINT",
            description = "Points to measure, such as 'prefill 512,decode 64'; all if not given.")
    private List<String> only = List.of();

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        if (profile == Profile.DOUBLE || rounds < 1 || jvms < 0) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "bench takes --profile fast or exact, --rounds from 1 and --jvms from 0 up.");
        }
        ModelArgument argument = model.argument();
        List<BenchReport> reports = new ArrayList<>();
        if (jvms == 0) {
            reports.add(measure(argument));
        }
        for (int process = 1; process <= jvms; process++) {
            output.progress("Process %d of %d ...".formatted(process, jvms));
            reports.add(measureInChild(argument));
        }
        if (output.isJson()) {
            output.json(jvms == 0 ? reports.getFirst() : reports);
            return;
        }
        lines(reports).forEach(output::line);
    }

    private BenchReport measure(ModelArgument argument) {
        var decoderProfile =
                profile == Profile.FAST ? dev.kvasir.decoder.Profile.FAST : dev.kvasir.decoder.Profile.EXACT;
        try (Checkpoint checkpoint = Checkpoint.open(argument.path())) {
            return new Bench(checkpoint, decoderProfile, device.checked(), rounds, only).run();
        }
    }

    private BenchReport measureInChild(ModelArgument argument) {
        List<String> command = new ArrayList<>(OwnProcess.command());
        command.addAll(List.of(
                "bench", "-m", argument.path().toString(), "--profile", profile.name(), "--device", device.name()));
        command.addAll(List.of("--rounds", String.valueOf(rounds), "--jvms", "0", "--json"));
        if (!only.isEmpty()) {
            command.addAll(List.of("--only", String.join(",", only)));
        }
        try {
            Process child = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String json = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (child.waitFor() != 0) {
                throw new CommandFailedException(
                        ExitCode.OUR_FAULT, "A measuring process ended with code %d.".formatted(child.exitValue()));
            }
            return JSON.readValue(json.strip().lines().toList().getLast(), BenchReport.class);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "A measuring process could not be run: %s".formatted(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(ExitCode.INTERRUPTED, "The bench was interrupted.", e);
        }
    }

    static List<String> lines(List<BenchReport> reports) {
        BenchReport first = reports.getFirst();
        List<String> lines = new ArrayList<>();
        if (!reports.stream().allMatch(BenchReport::comparable)) {
            lines.add("not comparable: the load was %.1f at the start, above the %d cores; trust processor time only"
                    .formatted(
                            reports.stream()
                                    .mapToDouble(BenchReport::load)
                                    .max()
                                    .orElse(0),
                            first.cores()));
        }
        lines.add("%s, %s (%s) on %s, %d thread(s), %d process(es)"
                .formatted(
                        first.model(),
                        first.profile(),
                        first.dtype(),
                        first.device(),
                        first.threads(),
                        reports.size()));
        lines.add("load %.2f s, weights %s, resident %s"
                .formatted(
                        median(reports, BenchReport::loadSeconds),
                        Bytes.readable(first.weightBytes()),
                        Bytes.readable((long) median(reports, report -> (double) report.residentBytes()))));
        lines.add("memory %.1f GB/s, matrices %.0f GFLOP/s"
                .formatted(
                        median(reports, report -> report.sweepBytesPerSecond().median()) / GIGA,
                        median(reports, report -> report.gemmPerSecond().median()) / GIGA));
        lines.add("%-16s %22s %22s %6s".formatted("", "tokens/s by the clock", "by processor time", "share"));
        for (int i = 0; i < first.lines().size(); i++) {
            int at = i;
            Spread wall = middle(reports, report -> report.lines().get(at).wall());
            Spread own = middle(reports, report -> report.lines().get(at).own());
            double share = median(reports, report -> report.lines().get(at).share());
            lines.add("%-16s %22s %22s %5.0f %%"
                    .formatted(first.lines().get(i).point(), shown(wall), shown(own), 100 * share));
        }
        return lines;
    }

    private static String shown(Spread spread) {
        return "%.1f (%.1f, %.1f)".formatted(spread.median(), spread.lowerQuartile(), spread.upperQuartile());
    }

    private static Spread middle(List<BenchReport> reports, Function<BenchReport, Spread> part) {
        return new Spread(
                median(reports, report -> part.apply(report).lowerQuartile()),
                median(reports, report -> part.apply(report).median()),
                median(reports, report -> part.apply(report).upperQuartile()));
    }

    private static double median(List<BenchReport> reports, Function<BenchReport, Double> part) {
        return Spread.of(reports.stream().map(part).toList()).median();
    }
}
