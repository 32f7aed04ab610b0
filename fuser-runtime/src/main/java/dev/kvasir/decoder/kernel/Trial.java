package dev.kvasir.decoder.kernel;

/** Some copies of a matrix in one kernel's layout, to be timed. */
interface Trial extends AutoCloseable {

    /** What multiplies so many rows by every copy once. */
    Runnable sweep(int rows);

    @Override
    void close();
}
