package dev.kvasir.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one process at a time run a whole installation in a home. The lock ends with the process, however it ends. */
final class HomeLock {

    private HomeLock() {}

    /**
     * Takes the home for this process.
     *
     * @throws CommandFailedException if another process has it
     */
    static void take(KvasirHome home) {
        Path file = home.folder().resolve("up.lock");
        try {
            Files.createDirectories(home.folder());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw inUse(home);
            }
        } catch (OverlappingFileLockException twice) {
            throw inUse(home);
        } catch (IOException failed) {
            throw new CommandFailedException(
                    ExitCode.OUR_FAULT, "Cannot write " + file + ": " + failed.getMessage(), failed);
        }
    }

    private static CommandFailedException inUse(KvasirHome home) {
        return new CommandFailedException(
                ExitCode.REFUSED,
                "Kvasir is already running on " + home.folder()
                        + ". Use it, stop it, or set KVASIR_HOME to another folder.");
    }
}
