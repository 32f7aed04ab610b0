package dev.kvasir.device;

/** Something that takes memory on a device while it is loaded: a model's weights, a fuser's. */
public interface Resident extends AutoCloseable {

    /** Frees the memory; called once, when nobody uses it any more. */
    @Override
    void close();
}
