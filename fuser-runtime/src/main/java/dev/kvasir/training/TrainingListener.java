package dev.kvasir.training;

import java.nio.file.Path;

/** Hears how a run goes, on the run's thread. */
public interface TrainingListener {

    /**
     * Told before any weight is loaded how much memory the run takes outside the Java heap at most. What it throws ends the run.
     *
     * @param bytes estimated from the models' headers and the longest chats
     */
    default void memory(long bytes) {}

    /**
     * Told before the models read the chats.
     *
     * @param bytes that their caches take in {@code file}
     * @param there whether an earlier run has left them
     */
    default void caches(Path file, long bytes, boolean there) {}

    /** The models have read so many chats. */
    default void read(int chats, int of) {}

    /** An optimiser step is done. */
    void step(TrainingProgress progress);
}
