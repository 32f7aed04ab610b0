package dev.kvasir.training;

import dev.kvasir.model.Checkpoint;
import dev.kvasir.model.ModelFingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The folder in which models' caches of training chats lie, each file named after what it was computed from. */
final class CacheShelf {

    private static final String FORMAT = "kvasir-frozen-caches-1";
    private static final long SPARE_BYTES = 1L << 30;

    private final Path folder;

    CacheShelf(Path folder) {
        this.folder = folder;
    }

    /** Names all that the caches depend on. */
    static String key(Checkpoint receiver, Checkpoint sharer, List<Integer> layerOf, List<TrainingSample> samples) {
        MessageDigest digest = sha256();
        List<Object> parts = List.of(
                FORMAT,
                ModelFingerprint.of(receiver.path()).weights(),
                ModelFingerprint.of(sharer.path()).weights(),
                layerOf);
        parts.forEach(part -> digest.update((part + "\n").getBytes(StandardCharsets.UTF_8)));
        for (TrainingSample sample : samples) {
            List<Object> read =
                    List.of(sample.receiver(), sample.sharer(), sample.sharerPositions(), sample.constantPositions());
            digest.update((read + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 12);
    }

    /**
     * Opens the caches, computed if they are not there.
     *
     * @throws TrainingSpaceException if the disk has no room for them
     */
    FrozenCaches open(FrozenCaches.Plan plan, String key, List<TrainingSample> samples, TrainingListener listener) {
        Path file = folder.resolve(key + ".caches");
        long bytes = FrozenCaches.bytes(plan, samples);
        listener.caches(file, bytes, Files.exists(file));
        if (!Files.exists(file)) {
            requireRoom(bytes);
        }
        return FrozenCaches.compute(plan, samples, file, done -> listener.read(done, samples.size()));
    }

    private void requireRoom(long bytes) {
        try {
            long free = Files.getFileStore(Files.createDirectories(folder)).getUsableSpace();
            if (free < bytes + SPARE_BYTES) {
                throw new TrainingSpaceException(folder, bytes, free);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot make the folder " + folder, fault);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException fault) {
            throw new IllegalStateException("Every JDK has SHA-256", fault);
        }
    }
}
