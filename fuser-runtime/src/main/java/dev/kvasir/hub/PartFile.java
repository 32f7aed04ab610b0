package dev.kvasir.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.LongConsumer;

/** A file that is being fetched: what has arrived, and which content of the file that is the beginning of. */
final class PartFile {

    private static final int BUFFER = 1 << 18;

    private final Path part;
    private final Path etag;

    PartFile(Path folder, String name) {
        this.part = folder.resolve(name + ".part");
        this.etag = folder.resolve(name + ".etag");
    }

    /** How many bytes have arrived. */
    long bytes() {
        try {
            return Files.isRegularFile(part) ? Files.size(part) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + part, e);
        }
    }

    /** Whether what has arrived, or was finished before, belongs to this content; never, if the content has no name. */
    boolean isOf(String content) throws IOException {
        return !content.isEmpty()
                && Files.isRegularFile(etag)
                && Files.readString(etag).equals(content);
    }

    void beginAnew(String content) throws IOException {
        Files.deleteIfExists(part);
        Files.writeString(etag, content);
    }

    void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(etag);
    }

    Path path() {
        return part;
    }

    void finish(Path target) throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Appends a stream, up to a limit.
     *
     * @param silence after which the stream is closed, so that reading ends with an error
     * @return whether the stream ended at or before the limit
     */
    boolean append(InputStream body, long limit, Duration silence, LongConsumer reached) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (StallGuard guard = new StallGuard(body, silence);
                FileChannel out = FileChannel.open(
                        part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long total = out.size();
            for (int count = guard.read(buffer); count >= 0; count = guard.read(buffer)) {
                if (count > limit - total) {
                    return false;
                }
                write(out, ByteBuffer.wrap(buffer, 0, count));
                total += count;
                reached.accept(total);
            }
            out.force(false);
        }
        return true;
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
