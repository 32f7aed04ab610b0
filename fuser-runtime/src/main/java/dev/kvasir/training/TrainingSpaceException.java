package dev.kvasir.training;

import java.nio.file.Path;

/** The disk has no room for the models' caches of the training chats. */
public final class TrainingSpaceException extends RuntimeException {

    private static final long MEBIBYTE = 1L << 20;

    /** @param needed and {@code free} in bytes */
    public TrainingSpaceException(Path folder, long needed, long free) {
        super(
                ("The models' caches of the chats take %d MiB in %s, where %d MiB are free. Take fewer or shorter chats, or delete"
                                + " what other runs have left there.")
                        .formatted(needed / MEBIBYTE, folder, free / MEBIBYTE));
    }
}
