package dev.kvasir.fuzzing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Puts right containers around contents that may be damaged. */
final class Wrapping {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Wrapping() {}

    /** A safetensors file of a header, its length right, and the tensors' bytes. */
    static byte[] safetensors(byte[] header, byte[] tensors) {
        return ByteBuffer.allocate(Long.BYTES + header.length + tensors.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(tensors)
                .array();
    }

    /** The header of a safetensors file whose length is right. */
    static byte[] header(byte[] safetensors) {
        return Arrays.copyOfRange(safetensors, Long.BYTES, dataStart(safetensors));
    }

    /** What follows the header of a safetensors file whose length is right. */
    static byte[] tensors(byte[] safetensors) {
        return Arrays.copyOfRange(safetensors, dataStart(safetensors), safetensors.length);
    }

    static int dataStart(byte[] safetensors) {
        long header =
                ByteBuffer.wrap(safetensors).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return Math.toIntExact(Long.BYTES + header);
    }

    /** The fuser's file, described by another text. */
    static byte[] described(byte[] fuser, byte[] description) {
        ObjectNode header = (ObjectNode) JSON.readTree(header(fuser));
        header.withObject("__metadata__").put(Samples.DESCRIPTION, new String(description, StandardCharsets.UTF_8));
        return safetensors(JSON.writeValueAsBytes(header), tensors(fuser));
    }

    /** A zip archive whose entries are stored as they are. */
    static byte[] zip(Map<String, byte[]> entries) {
        var made = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(made)) {
            for (var entry : entries.entrySet()) {
                store(out, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made.toByteArray();
    }

    private static void store(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
