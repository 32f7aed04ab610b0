package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs Jazzer in a child process: it mutates inputs and keeps those that take new ways through the code. What it kept
 * lies in {@code target/fuzz/<name>/corpus}, where the next run starts from; a finding's input in {@code
 * target/fuzz-findings}.
 */
final class CoverageFuzzing {

    private static final Duration GRACE = Duration.ofMinutes(2);
    private static final int SHOWN = 2_000;
    private static final int MAX_WORD = 60;
    private static final Pattern NUMBERS =
            Pattern.compile("cov: (\\d+) ft: (\\d+) corp: (\\d+)[^\\n]*\\n(?!.*cov: )", Pattern.DOTALL);
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    private final String name;
    private final Class<?> target;
    private final Path folder;

    CoverageFuzzing(String name, Class<?> target) {
        this.name = name;
        this.target = target;
        this.folder = Path.of("target", "fuzz", name).toAbsolutePath();
    }

    /** Fails on the first finding, with Jazzer's words and the path of the input. */
    void run(Collection<byte[]> samples, List<String> words, Duration time, String... properties)
            throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("corpus"));
        Files.createDirectories(folder.resolve("work"));
        Files.createDirectories(Fuzzing.KEPT);
        write(samples);
        Path log = folder.resolve("log.txt");
        Process child = new ProcessBuilder(command(words, time, properties))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = child.waitFor(time.plus(GRACE).toSeconds(), TimeUnit.SECONDS);
            String said = Files.readString(log, StandardCharsets.ISO_8859_1);
            assertThat(ended).as("%s ends in time%n%s", name, end(said)).isTrue();
            assertThat(child.exitValue())
                    .as("%s finds nothing (all Jazzer said is in %s)%n%s", name, log, finding(said))
                    .isZero();
            tell(said, time);
        } finally {
            child.destroyForcibly();
        }
    }

    private List<String> command(List<String> words, Duration time, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseParallelGC",
                "-XX:-OmitStackTraceInFastThrow",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(properties));
        command.addAll(List.of(
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.kvasir.**",
                "--instrumentation_excludes=dev.kvasir.fuzzing.Judge**",
                "--reproducer_path=" + folder.resolve("work"),
                "-artifact_prefix=" + Fuzzing.KEPT.toAbsolutePath().resolve(name) + "-",
                "-max_total_time=" + time.toSeconds(),
                "-max_len=" + Samples.MAX_BYTES,
                "-timeout=30",
                "-rss_limit_mb=0",
                "-print_final_stats=1"));
        if (!words.isEmpty()) {
            command.add("-dict=" + dictionary(words));
        }
        command.add(folder.resolve("corpus").toString());
        command.add(folder.resolve("samples").toString());
        return command;
    }

    private void write(Collection<byte[]> samples) throws IOException {
        Path place = Files.createDirectories(folder.resolve("samples"));
        try (Stream<Path> old = Files.list(place)) {
            for (Path sample : old.toList()) {
                Files.delete(sample);
            }
        }
        int number = 0;
        for (byte[] sample : samples) {
            Files.write(place.resolve(String.valueOf(number++)), sample);
        }
    }

    /** In libFuzzer's format; it takes short words only. */
    private Path dictionary(List<String> words) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            if (bytes.length <= MAX_WORD) {
                StringBuilder line = new StringBuilder("\"");
                for (byte b : bytes) {
                    line.append("\\x%02x".formatted(b));
                }
                lines.add(line.append('"').toString());
            }
        }
        return Files.write(folder.resolve("words.txt"), lines);
    }

    private void tell(String said, Duration time) {
        Matcher numbers = NUMBERS.matcher(said);
        Matcher executed = EXECUTED.matcher(said);
        assertThat(numbers.find() && executed.find())
                .as("%s was run%n%s", name, end(said))
                .isTrue();
        long inputs = Long.parseLong(executed.group(1));
        System.out.printf(
                "%s: %d inputs, %d a second, %s edges, %s features, %s inputs kept%n",
                name,
                inputs,
                inputs / Math.max(1, time.toSeconds()),
                numbers.group(1),
                numbers.group(2),
                numbers.group(3));
    }

    private static String finding(String said) {
        int start = said.indexOf("\n== ");
        return start < 0
                ? end(said)
                : said.substring(start, Math.min(said.length(), start + SHOWN)) + "\n...\n" + end(said);
    }

    private static String end(String said) {
        return said.substring(Math.max(0, said.length() - SHOWN));
    }
}
