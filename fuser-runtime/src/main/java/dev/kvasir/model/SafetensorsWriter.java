package dev.kvasir.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a safetensors file in one go: into a temporary file beside the target, forced to disk, then renamed over it, so
 * that the target is whole or as it was.
 *
 * <pre>{@code
 * new SafetensorsWriter().metadata("format", "pt").add("w", StoredType.F32, shape, bytes).write(path);
 * }</pre>
 */
public final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable String digestKey;

    private record Tensor(StoredType type, TensorShape shape, Supplier<ByteBuffer> bytes) {

        long sizeInBytes() {
            return Math.multiplyExact(shape.elements(), type.bytes());
        }
    }

    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Writes SHA-256 of all tensors' bytes, in the order of the file, under this key of the metadata. */
    public SafetensorsWriter dataDigest(String key) {
        digestKey = key;
        return metadata(key, "0".repeat(64));
    }

    /**
     * Adds a tensor.
     *
     * @param bytes the values, row-major and little-endian, from position to limit; read when the file is written
     * @throws IllegalArgumentException if the name is taken or the bytes do not fit the shape
     */
    public SafetensorsWriter add(String name, StoredType type, TensorShape shape, ByteBuffer bytes) {
        ByteBuffer own = bytes.slice();
        requireSize(name, own, Math.multiplyExact(shape.elements(), type.bytes()));
        return add(name, type, shape, own::duplicate);
    }

    /**
     * Adds a tensor whose bytes are asked for when it is its turn to be written, so that not all need memory at once.
     *
     * @param bytes row-major and little-endian, from position to limit
     * @throws IllegalArgumentException if the name is taken; when writing, if the bytes do not fit the shape
     */
    public SafetensorsWriter add(String name, StoredType type, TensorShape shape, Supplier<ByteBuffer> bytes) {
        if (name.equals("__metadata__") || tensors.putIfAbsent(name, new Tensor(type, shape, bytes)) != null) {
            throw new IllegalArgumentException("The name %s is taken".formatted(name));
        }
        return this;
    }

    private static void requireSize(String name, ByteBuffer bytes, long size) {
        if (bytes.remaining() != size) {
            throw new IllegalArgumentException(
                    "%s: %d bytes do not fill its %d".formatted(name, bytes.remaining(), size));
        }
    }

    /** Adds values as F32; they are copied. */
    public SafetensorsWriter add(String name, TensorShape shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return add(name, StoredType.F32, shape, bytes);
    }

    /**
     * Writes the file, over an old one if there is one.
     *
     * @throws UncheckedIOException if it cannot be written; the target is then as it was
     */
    public void write(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        try {
            Path temporary = Files.createTempFile(folder, ".writing-", ".safetensors");
            try {
                writeAll(temporary);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target, e);
        }
    }

    private void writeAll(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] header = header();
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, length.putLong(header.length).flip());
            writeFully(channel, ByteBuffer.wrap(header));
            MessageDigest digest = ModelDigest.sha256();
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                ByteBuffer bytes = tensor.getValue().bytes().get();
                requireSize(tensor.getKey(), bytes, tensor.getValue().sizeInBytes());
                if (digestKey != null) {
                    digest.update(bytes.duplicate());
                }
                writeFully(channel, bytes);
            }
            if (digestKey != null) {
                // As long as its placeholder, so the header keeps its length.
                metadata.put(digestKey, ModelDigest.hex(digest.digest()));
                writeFully(channel.position(Long.BYTES), ByteBuffer.wrap(header()));
            }
            channel.force(true);
        }
    }

    private byte[] header() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            json.put("__metadata__", metadata);
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            long end = offset + tensor.sizeInBytes();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", tensor.type().name());
            entry.put("shape", tensor.shape().dimensions());
            entry.put("data_offsets", new long[] {offset, end});
            json.put(named.getKey(), entry);
            offset = end;
        }
        String text = JsonMapper.shared().writeValueAsString(json);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat((ALIGNMENT - bytes % ALIGNMENT) % ALIGNMENT)).getBytes(StandardCharsets.UTF_8);
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
