package dev.kvasir.device;

/** Something that takes memory on a device while it is loaded: a model's weights, a fuser's. */
public interface Resident extends AutoCloseable {

    /** Bytes it takes; the ledger takes them in place of the estimate it was loaded with. */
    long bytes();

    /** Frees the memory; called once, when nobody uses it any more. */
    @Override
    void close();
}
