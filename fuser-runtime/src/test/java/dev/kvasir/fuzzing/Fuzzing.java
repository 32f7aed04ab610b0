package dev.kvasir.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Reads many damaged inputs. A finding is any throwable but the reader's documented refusal, more processor time or more
 * allocated memory than allowed, or a file left open.
 */
final class Fuzzing {

    private static final long MAX_ALLOCATED = 64L << 20;
    private static final int MAX_FINDINGS = 20;
    private static final int MAX_OPEN_FILES = 20;
    private static final Path KEPT = Path.of("target", "fuzz-findings");
    private static final int PATIENCE = 10;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final Set<Class<? extends Throwable>> refusals;
    private final Duration limit;
    private final List<String> findings = new ArrayList<>();
    private int accepted;

    /** Makes the input of one case. */
    interface Maker {
        byte[] make(RandomGenerator random);
    }

    /** Reads an input. */
    interface Reader {
        void read(byte[] input) throws IOException;
    }

    Fuzzing(String name, Duration limit, Set<Class<? extends Throwable>> refusals) {
        this.name = name;
        this.limit = limit;
        this.refusals = refusals;
    }

    /** Each case has a seed of its own, so that one can be run again alone. */
    void run(long firstSeed, int cases, Maker maker, Reader reader) {
        reader(maker, reader, firstSeed);
        long openBefore = openFiles();
        for (long seed = firstSeed; seed < firstSeed + cases && findings.size() < MAX_FINDINGS; seed++) {
            byte[] input = maker.make(new Random(seed));
            String finding = once(input, reader);
            if (finding.startsWith("took") && once(input, reader).isEmpty()) {
                finding = ""; // the machine was busy
            }
            if (!finding.isEmpty()) {
                findings.add("%s, seed %d: %s (input: %s)".formatted(name, seed, finding, keep(seed, input)));
            }
        }
        assertThat(findings).as("%s, %d cases", name, cases).isEmpty();
        assertThat(openFiles() - openBefore).as("%s: files left open", name).isLessThan(MAX_OPEN_FILES);
        System.out.printf("%s: %d cases, %d accepted%n", name, cases, accepted);
    }

    /** The first reading loads classes and warms up; it is not measured. */
    private static void reader(Maker maker, Reader reader, long seed) {
        try {
            reader.read(maker.make(new Random(seed)));
        } catch (Throwable ignored) {
            // Found again below, where it counts.
        }
    }

    private String once(byte[] input, Reader reader) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long begun = System.nanoTime();
        long cpuBefore = SYSTEM.getProcessCpuTime();
        Throwable thrown = null;
        try {
            reader.read(input);
            accepted++;
        } catch (Throwable failure) {
            thrown = failure;
        }
        // On a busy machine the clock tells of the others; a reader that waits is still found by it.
        long took = Math.max(SYSTEM.getProcessCpuTime() - cpuBefore, (System.nanoTime() - begun) / PATIENCE);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        if (thrown != null && !refusals.contains(thrown.getClass())) {
            return "threw %s at %s".formatted(thrown, place(thrown));
        }
        if (allocated > MAX_ALLOCATED) {
            return "allocated %,d bytes (%s)".formatted(allocated, thrown);
        }
        return took > limit.toNanos() ? "took %d ms (%s)".formatted(took / 1_000_000, thrown) : "";
    }

    private static List<StackTraceElement> place(Throwable thrown) {
        return List.of(thrown.getStackTrace()).stream()
                .filter(frame -> frame.getClassName().startsWith("dev.kvasir"))
                .limit(4)
                .toList();
    }

    private Path keep(long seed, byte[] input) {
        try {
            Files.createDirectories(KEPT);
            return Files.write(KEPT.resolve("%s-%d".formatted(name.replaceAll("\\W", "-"), seed)), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long openFiles() {
        return SYSTEM instanceof UnixOperatingSystemMXBean system ? system.getOpenFileDescriptorCount() : 0;
    }
}
