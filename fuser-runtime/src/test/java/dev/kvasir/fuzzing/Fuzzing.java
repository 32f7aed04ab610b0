package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Reads many damaged inputs under a {@link Judge}. */
final class Fuzzing {

    static final Path KEPT = Path.of("target", "fuzz-findings");

    private static final int MAX_FINDINGS = 20;

    private final String name;
    private final Judge judge;
    private final List<String> findings = new ArrayList<>();

    /** Makes the input of one case. */
    interface Maker {
        byte[] make(RandomGenerator random);
    }

    Fuzzing(String name, Duration limit, Set<Class<? extends Throwable>> refusals) {
        this.name = name;
        this.judge = new Judge(limit, refusals);
    }

    /** Each case has a seed of its own, so that one can be run again alone. */
    void run(long firstSeed, int cases, Maker maker, Judge.Reader reader) {
        warmUp(maker, reader, firstSeed);
        long openBefore = Judge.openFiles();
        for (long seed = firstSeed; seed < firstSeed + cases && findings.size() < MAX_FINDINGS; seed++) {
            byte[] input = maker.make(new Random(seed));
            long number = seed;
            judge.judge(input, reader)
                    .ifPresent(finding -> findings.add("%s, seed %d: %s (input: %s)"
                            .formatted(name, number, finding.what(), keep(number, input))));
        }
        assertThat(findings).as("%s, %d cases", name, cases).isEmpty();
        assertThat(Judge.openFiles() - openBefore)
                .as("%s: files left open", name)
                .isLessThan(Judge.MAX_OPEN_FILES);
        System.out.printf("%s: %d cases, %d accepted%n", name, cases, judge.accepted());
    }

    /** The first reading loads classes and warms up; it is not measured. */
    private static void warmUp(Maker maker, Judge.Reader reader, long seed) {
        try {
            reader.read(maker.make(new Random(seed)));
        } catch (Throwable ignored) {
            // Found again above, where it counts.
        }
    }

    private Path keep(long seed, byte[] input) {
        try {
            Files.createDirectories(KEPT);
            return Files.write(KEPT.resolve("%s-%d".formatted(name.replaceAll("\\W", "-"), seed)), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
