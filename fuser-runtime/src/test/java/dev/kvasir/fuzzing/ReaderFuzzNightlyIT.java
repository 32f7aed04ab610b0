package dev.kvasir.fuzzing;

import org.junit.jupiter.api.Tag;

/** Many more cases; {@code -Dkvasir.fuzz.seed=N} looks at others, {@code -Dkvasir.fuzz.times=N} at more or fewer. */
@Tag("nightly")
class ReaderFuzzNightlyIT extends ReaderFuzzing {

    @Override
    int times() {
        return Integer.getInteger("kvasir.fuzz.times", 50);
    }

    @Override
    long firstSeed() {
        return Long.getLong("kvasir.fuzz.seed", 1_000_000);
    }
}
