package dev.kvasir.exchange;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** Tries something with many fixed seeds, and names the seed that fails. */
final class Tries {

    private Tries() {}

    /** Seeds 1 to {@code count}, each a generator of its own. */
    static void each(int count, Consumer<RandomGenerator> property) {
        LongStream.rangeClosed(1, count).forEach(seed -> {
            try {
                property.accept(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException fault) {
                throw new AssertionError("Seed " + seed + ": " + fault.getMessage(), fault);
            }
        });
    }
}
