package dev.kvasir.fuzzing;

/** Always the same cases, so that a failure is the change's. */
class ReaderFuzzIT extends ReaderFuzzing {

    @Override
    int times() {
        return 1;
    }

    @Override
    long firstSeed() {
        return 1;
    }
}
