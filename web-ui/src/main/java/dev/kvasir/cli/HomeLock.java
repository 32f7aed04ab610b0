package dev.kvasir.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lets one process at a time run a whole installation in a home. Whoever takes it keeps it: it ends when it is closed or
 * collected, and with the process, however that ends.
 */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the home for this process.
     *
     * @throws CommandFailedException if another process has it
     */
    static HomeLock take(KvasirHome home) {
        Path file = home.folder().resolve("up.lock");
        try {
            Files.createDirectories(home.folder());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw inUse(home);
            }
            return new HomeLock(channel);
        } catch (OverlappingFileLockException twice) {
            throw inUse(home);
        } catch (IOException failed) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "Cannot write " + file + ": " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new IllegalStateException("A lock file does not close: " + failed.getMessage(), failed);
        }
    }

    private static CommandFailedException inUse(KvasirHome home) {
        return new CommandFailedException(
                ExitCode.REFUSED,
                "Kvasir is already running on " + home.folder()
                        + ". Use it, stop it, or set KVASIR_HOME to another folder.");
    }
}
