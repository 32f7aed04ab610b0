package dev.kvasir.decoder.direct;

import dev.kvasir.model.CodeLayout;
import java.lang.foreign.Arena;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs multiplications until the JVM has compiled them: before that they are a thousand times slower. */
public final class Warmup {
    private static final int ROWS = 32;
    private static final int COLUMNS = 512;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    /** No processor takes so long when it is compiled, and no interpreter is so quick. */
    private static final double NANOS_A_PRODUCT = 2;

    private static final Set<String> DONE = ConcurrentHashMap.newKeySet();

    private Warmup() {}

    /** Returns once a layout's multiplication by one token, or by several, is quick; at once if it was already. */
    public static void of(CodeLayout layout, boolean several) {
        if (DONE.add(layout + " " + several)) {
            try (Arena arena = Arena.ofShared()) {
                run(new DirectMatrix(layout, ROWS, COLUMNS, arena), several ? DirectKernels.TOKENS : 1);
            }
        }
    }

    private static void run(DirectMatrix matrix, int tokens) {
        Operand operand = new Operand(tokens, COLUMNS);
        operand.set(tokens);
        float[] y = new float[ROWS * tokens];
        long start = System.nanoTime();
        long quick = (long) (NANOS_A_PRODUCT * ROWS * COLUMNS * tokens);
        for (long last = Long.MAX_VALUE; last > quick && System.nanoTime() - start < PATIENCE_NANOS; ) {
            long before = System.nanoTime();
            matrix.multiply(operand, 0, ROWS, y, 0, ROWS);
            last = System.nanoTime() - before;
        }
    }
}
