package dev.kvasir.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A regular file opened for reading at given positions. Its size is fixed when it is opened; a file that shrinks
 * afterwards gives an error, never a fault. Safe for use by several threads.
 */
public final class ModelFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private ModelFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens a file.
     *
     * @throws ModelInvalidException if it is a folder, a device or missing
     */
    public static ModelFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ModelInvalidException(fileName(path), "file", "is missing or not a regular file");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new ModelFile(path, channel, channel.size());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open " + path, e);
        }
    }

    static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    public Path path() {
        return path;
    }

    public String name() {
        return fileName(path);
    }

    public long size() {
        return size;
    }

    public ModelInvalidException invalid(String place, String rule) {
        return new ModelInvalidException(name(), place, rule);
    }

    /** Fills the buffer's rest from the given byte on. */
    public void read(ByteBuffer target, long position) {
        long at = position;
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    throw invalid(
                            "byte " + at, "the file ends here, %d bytes are missing".formatted(target.remaining()));
                }
                at += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    /** The bytes from {@code position} on, {@code length} of them; the stream needs no closing. */
    public InputStream stream(long position, long length) {
        return new Section(position, length);
    }

    /** Maps a stretch; valid until the arena closes. Beware: a mapped file that shrinks faults on access. */
    public MemorySegment map(long position, long length, Arena arena) {
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, position, length, arena);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot map " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + path, e);
        }
    }

    private final class Section extends InputStream {

        private long position;
        private final long end;

        Section(long position, long length) {
            this.position = position;
            this.end = Math.addExact(position, length);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (position >= end) {
                return -1;
            }
            int count = (int) Math.min(length, end - position);
            ModelFile.this.read(ByteBuffer.wrap(target, offset, count), position);
            position += count;
            return count;
        }
    }
}
