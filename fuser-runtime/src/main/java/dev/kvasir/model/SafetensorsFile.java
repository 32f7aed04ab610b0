package dev.kvasir.model;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file whose header has been checked whole. Reads are bounded by it and copy; several threads may read.
 *
 * <p>Format: u64 header length, JSON header, row-major little-endian data.
 */
public final class SafetensorsFile implements AutoCloseable {

    private final ModelFile file;
    private final SafetensorsHeader header;

    private SafetensorsFile(ModelFile file, SafetensorsHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Opens and checks a file.
     *
     * @throws ModelInvalidException naming the tensor and the rule it breaks
     */
    public static SafetensorsFile open(Path path) {
        ModelFile file = ModelFile.open(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    public Path path() {
        return file.path();
    }

    public Set<String> names() {
        return header.entries().keySet();
    }

    /** The header's {@code __metadata__}; empty if there is none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Where and how a tensor is stored.
     *
     * @throws ModelInvalidException if the file has no such tensor
     */
    public SafetensorsEntry entry(String name) {
        SafetensorsEntry entry = header.entries().get(name);
        if (entry == null) {
            throw file.invalid(name, "is missing");
        }
        return entry;
    }

    /**
     * Widens a tensor of F64, F32, F16 or BF16 to floats, written at the buffer's position, which advances.
     *
     * @throws ModelInvalidException if the tensor is missing or of another type
     * @throws java.nio.BufferOverflowException if it does not fit
     */
    public void readFloats(String name, FloatBuffer target) {
        SafetensorsEntry entry = weight(name);
        long start = header.dataStart() + entry.begin();
        FloatDecoder.read(file, entry.type(), start, entry.shape().elements(), target);
    }

    /** Like {@link #readFloats}, of a matrix only the rows {@code from} to before {@code to}. */
    public void readRows(String name, int from, int to, FloatBuffer target) {
        SafetensorsEntry entry = weight(name);
        long columns = entry.shape().extent(1);
        long start = header.dataStart()
                + entry.begin()
                + from * columns * entry.type().bytes();
        FloatDecoder.read(file, entry.type(), start, (to - from) * columns, target);
    }

    private SafetensorsEntry weight(String name) {
        SafetensorsEntry entry = entry(name);
        if (!entry.type().weight()) {
            throw file.invalid(name, "has dtype %s; weights are F64, F32, F16 or BF16".formatted(entry.type()));
        }
        return entry;
    }

    /** The tensor's bytes as they are stored, at most 2 GiB - 1 of them: a new direct buffer, little-endian. */
    public ByteBuffer readBytes(String name) {
        SafetensorsEntry entry = entry(name);
        if (entry.sizeInBytes() > Integer.MAX_VALUE) {
            throw file.invalid(name, "has more than 2 GiB; map it instead");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) entry.sizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, header.dataStart() + entry.begin());
        return bytes.flip();
    }

    /** The tensor's bytes as they are stored, piece by piece; the stream needs no closing. */
    public InputStream stream(String name) {
        SafetensorsEntry entry = entry(name);
        return file.stream(header.dataStart() + entry.begin(), entry.sizeInBytes());
    }

    /** Maps the tensor's bytes, perhaps unaligned; valid until the arena closes. */
    public MemorySegment map(String name, Arena arena) {
        SafetensorsEntry entry = entry(name);
        return file.map(header.dataStart() + entry.begin(), entry.sizeInBytes(), arena);
    }

    @Override
    public void close() {
        file.close();
    }
}
