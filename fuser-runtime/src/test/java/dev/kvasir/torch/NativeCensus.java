package dev.kvasir.torch;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What native memory this process holds: DJL's own books, and the system's. */
public final class NativeCensus {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** glibc's {@code struct mallinfo2}: ten words, of which two are bytes in use. */
    private static final int FIELDS = 10;

    private static final int MAPPED = 4;
    private static final int IN_USE = 7;
    private static final MethodHandle MALLINFO = mallinfo();

    private NativeCensus() {}

    /** Everything that has to be closed and is not: tensors, scopes, programs; of all threads. */
    public static int handles() {
        try (PtNDManager probe = LibTorch.get().newManager()) {
            return handles(probe.getParentManager()) - 1;
        }
    }

    private static int handles(Object manager) {
        int count = 0;
        for (Object resource : resources(manager).values()) {
            count += 1 + (resource instanceof BaseNDManager ? handles(resource) : 0);
        }
        return count;
    }

    private static Map<?, ?> resources(Object manager) {
        try {
            Field resources = BaseNDManager.class.getDeclaredField("resources");
            resources.setAccessible(true);
            return (Map<?, ?>) resources.get(manager);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("DJL's managers keep their books elsewhere now", e);
        }
    }

    /** Bytes that native code has allocated and not freed, the JVM's own included, after a garbage collection. */
    public static long nativeBytes() {
        System.gc();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment books = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
            return books.get(ValueLayout.JAVA_LONG, IN_USE * Long.BYTES)
                    + books.get(ValueLayout.JAVA_LONG, MAPPED * Long.BYTES);
        } catch (Throwable e) {
            throw new IllegalStateException("glibc did not tell what is allocated", e);
        }
    }

    /** Resident bytes that belong to no file, the Java heap's included, after a garbage collection. */
    public static long residentBytes() {
        System.gc();
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle mallinfo() {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find("mallinfo2").orElseThrow();
        StructLayout books = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(FIELDS, ValueLayout.JAVA_LONG));
        return linker.downcallHandle(function, FunctionDescriptor.of(books));
    }
}
