package dev.kvasir.cli;

import dev.kvasir.bench.Bench;
import dev.kvasir.bench.BenchReport;
import dev.kvasir.bench.FuseBenchReport;
import dev.kvasir.bench.Spread;
import dev.kvasir.model.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Measures a model, or a fuser between its models, on this machine, in fresh processes. */
@Command(
        name = "bench",
        description =
                "Measures a model (load time, memory, prefill and decode) or a fuser, in fresh processes one after another.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {

    private static final double GIGA = 1e9;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A path, or a name in the store.")
    private @Nullable String model;

    @Option(
            names = "--fuser",
            paramLabel = "FUSER",
            description =
                    "Measures projecting and fusing beside the receiver's prefill instead, between the fuser's two models.")
    private @Nullable String fuser;

    @Option(
            names = "--tokens",
            split = ",",
            paramLabel = "N",
            description = "With --fuser: how many tokens are fused; 16,64,256 if not given.")
    private List<Integer> tokens = List.of(16, 64, 256);

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
        if ((model == null) == (fuser == null) || tokens.stream().anyMatch(count -> count < 1)) {
            throw new CommandFailedException(
                    ExitCode.WRONG_USAGE, "bench takes one of -m MODEL and --fuser FUSER, and --tokens from 1 up.");
        }
        if (fuser != null) {
            String name = fuser;
            print(
                    reports(
                            FuseBenchReport.class,
                            () -> FuseBenchLines.measure(name, profile, device.checked(), rounds, tokens)),
                    FuseBenchLines::of);
        } else {
            print(reports(BenchReport.class, this::measure), BenchCommand::lines);
        }
    }

    /** From this process, or from as many fresh ones as are asked for. */
    private <R> List<R> reports(Class<R> type, Supplier<R> measure) {
        if (jvms == 0) {
            return List.of(measure.get());
        }
        List<R> reports = new ArrayList<>();
        for (int process = 1; process <= jvms; process++) {
            output.progress("Process %d of %d ...".formatted(process, jvms));
            reports.add(measureInChild(type));
        }
        return reports;
    }

    private <R> void print(List<R> reports, Function<List<R>, List<String>> lines) {
        if (output.isJson()) {
            output.json(jvms == 0 ? reports.getFirst() : reports);
            return;
        }
        lines.apply(reports).forEach(output::line);
    }

    private BenchReport measure() {
        var decoder = profile == Profile.FAST ? dev.kvasir.decoder.Profile.FAST : dev.kvasir.decoder.Profile.EXACT;
        try (Checkpoint checkpoint =
                Checkpoint.open(ModelArgument.of(String.valueOf(model)).path())) {
            return new Bench(checkpoint, decoder, device.checked(), rounds, only).run();
        }
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (fuser != null) {
            String counts = tokens.stream().map(String::valueOf).collect(Collectors.joining(","));
            arguments.addAll(List.of("--fuser", fuser, "--tokens", counts));
        } else {
            Path path = ModelArgument.of(String.valueOf(model)).path();
            arguments.addAll(List.of("-m", path.toString()));
        }
        arguments.addAll(List.of("--profile", profile.name(), "--device", device.name()));
        arguments.addAll(List.of("--rounds", String.valueOf(rounds), "--jvms", "0", "--json"));
        if (!only.isEmpty()) {
            arguments.addAll(List.of("--only", String.join(",", only)));
        }
        return arguments;
    }

    private <R> R measureInChild(Class<R> type) {
        List<String> command = new ArrayList<>(OwnProcess.command());
        command.add("bench");
        command.addAll(arguments());
        try {
            Process child = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String json = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (child.waitFor() != 0) {
                throw new CommandFailedException(
                        ExitCode.OUR_FAULT, "A measuring process ended with code %d.".formatted(child.exitValue()));
            }
            return JSON.readValue(json.strip().lines().toList().getLast(), type);
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
            double load = reports.stream().mapToDouble(BenchReport::load).max().orElse(0);
            lines.add(notComparable(load, first.cores()) + "; trust processor time only");
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

    static String notComparable(double load, int cores) {
        return "not comparable: the load was %.1f at the start, above the %d cores".formatted(load, cores);
    }

    private static String shown(Spread spread) {
        return "%.1f (%.1f, %.1f)".formatted(spread.median(), spread.lowerQuartile(), spread.upperQuartile());
    }

    static <R> Spread middle(List<R> reports, Function<R, Spread> part) {
        return new Spread(
                median(reports, report -> part.apply(report).lowerQuartile()),
                median(reports, report -> part.apply(report).median()),
                median(reports, report -> part.apply(report).upperQuartile()));
    }

    static <R> double median(List<R> reports, Function<R, Double> part) {
        return Spread.of(reports.stream().map(part).toList()).median();
    }
}
