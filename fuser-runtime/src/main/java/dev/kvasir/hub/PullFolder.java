package dev.kvasir.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hidden folder in a store where one model is put together; only its owner may look in, one process at a time works
 * in it. It outlives a pull that broke off, so that the next one goes on.
 */
final class PullFolder implements AutoCloseable {

    private final Path folder;
    private final FileChannel lockFile;

    private PullFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /** @throws HubException if another process pulls the same */
    static PullFolder open(Path store, HubSettings settings, HubReference reference) throws IOException {
        Path folder = store.resolve(".pulling-" + key(settings.endpoint() + " " + reference));
        Files.createDirectories(store);
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
        }
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        FileChannel lockFile =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(lockFile) == null) {
            lockFile.close();
            throw new HubException(
                    HubFault.REFUSED, "%s is being pulled by another command; wait for it.".formatted(reference));
        }
        Files.createDirectories(folder.resolve("parts"));
        Files.createDirectories(folder.resolve("files"));
        return new PullFolder(folder, lockFile);
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path parts() {
        return folder.resolve("parts");
    }

    Path files() {
        return folder.resolve("files");
    }

    /** How much of a file need not be fetched any more. */
    long arrived(HubFile file) throws IOException {
        Path finished = files().resolve(file.name());
        return Files.isRegularFile(finished) ? Files.size(finished) : new PartFile(parts(), file.name()).bytes();
    }

    /** Forgets what is finished but not wanted, such as the shards of an older index. */
    void keepOnly(List<HubFile> wanted) throws IOException {
        List<String> names = wanted.stream().map(HubFile::name).toList();
        try (Stream<Path> files = Files.list(files())) {
            for (Path file : files.toList()) {
                if (!names.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
    }

    void delete() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static String key(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
