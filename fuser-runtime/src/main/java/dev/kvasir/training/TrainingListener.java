package dev.kvasir.training;

import java.nio.file.Path;

/** Hears how a run goes, on the run's thread. */
public interface TrainingListener {

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
