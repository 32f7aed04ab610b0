package dev.kvasir.fuzzing;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches a reader. A finding is any throwable but its documented refusal, more processor time or more allocated memory
 * than allowed, and that twice, or, over all, files left open.
 */
final class Judge {

    static final int MAX_OPEN_FILES = 20;

    private static final long MAX_ALLOCATED = 64L << 20;
    private static final int PATIENCE = 10;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Duration limit;
    private final Set<Class<? extends Throwable>> refusals;
    private int accepted;

    /** Reads an input. */
    interface Reader {
        void read(byte[] input) throws IOException;
    }

    /**
     * What is wrong.
     *
     * @param thrown what the reader threw, a refusal perhaps
     */
    record Finding(String what, @Nullable Throwable thrown) {}

    Judge(Duration limit, Set<Class<? extends Throwable>> refusals) {
        this.limit = limit;
        this.refusals = refusals;
    }

    /** Inputs that were read without a refusal or a finding. */
    int accepted() {
        return accepted;
    }

    static long openFiles() {
        return SYSTEM instanceof UnixOperatingSystemMXBean system ? system.getOpenFileDescriptorCount() : 0;
    }

    Optional<Finding> judge(byte[] input, Reader reader) {
        Optional<Finding> first = once(input, reader);
        // Once may be a busy machine's doing, or that of a class which was loaded.
        return first.isPresent() && !unexpected(first.get().thrown()) ? once(input, reader) : first;
    }

    private Optional<Finding> once(byte[] input, Reader reader) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long begun = System.nanoTime();
        long cpuBefore = SYSTEM.getProcessCpuTime();
        Throwable thrown = null;
        try {
            reader.read(input);
        } catch (Throwable failure) {
            thrown = failure;
        }
        // On a busy machine the clock tells of the others; a reader that waits is still found by it.
        long took = Math.max(SYSTEM.getProcessCpuTime() - cpuBefore, (System.nanoTime() - begun) / PATIENCE);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        String fault = fault(thrown, allocated, took);
        accepted += thrown == null && fault.isEmpty() ? 1 : 0;
        return fault.isEmpty() ? Optional.empty() : Optional.of(new Finding(fault, thrown));
    }

    private String fault(@Nullable Throwable thrown, long allocated, long took) {
        if (thrown != null && unexpected(thrown)) {
            return "threw %s at %s".formatted(thrown, place(thrown));
        }
        if (allocated > MAX_ALLOCATED) {
            return "allocated %,d bytes (%s)".formatted(allocated, thrown);
        }
        return took > limit.toNanos() ? "took %d ms (%s)".formatted(took / 1_000_000, thrown) : "";
    }

    private boolean unexpected(@Nullable Throwable thrown) {
        return thrown != null && !refusals.contains(thrown.getClass());
    }

    private static String place(Throwable thrown) {
        return Stream.of(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.kvasir"))
                .limit(4)
                .toList()
                .toString();
    }
}
