package dev.kvasir.torch;

import ai.djl.engine.EngineException;
import java.util.List;

/** Tells faults of memory that could not be had, libtorch's or the JVM's, from all others. */
public final class MemoryFault {

    /** What libtorch's allocators, oneDNN and the C++ library say, in this order of frequency. */
    private static final List<String> SENTENCES =
            List.of("can't allocate memory", "CUDA out of memory", "out of memory", "out_of_memory", "std::bad_alloc");

    /** Causes looked at; a chain may be a ring. */
    private static final int DEPTH = 10;

    private MemoryFault() {}

    /** Whether the fault, or one that caused it, is one of memory. */
    public static boolean isIn(Throwable fault) {
        Throwable cause = fault;
        for (int i = 0; i < DEPTH && cause != null; i++) {
            if (cause instanceof OutOfMemoryError || isNative(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isNative(Throwable fault) {
        boolean fromTorch = fault instanceof TorchProgramException || fault instanceof EngineException;
        String message = String.valueOf(fault.getMessage());
        return fromTorch && SENTENCES.stream().anyMatch(message::contains);
    }
}
