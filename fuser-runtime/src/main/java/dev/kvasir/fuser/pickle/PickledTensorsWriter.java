package dev.kvasir.fuser.pickle;

import dev.kvasir.model.StoredType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a state dictionary as {@code torch.save} does ({@code .pt}), for {@link PickledTensors} and for {@code torch.load}: a zip of
 * stored entries, each tensor a storage of its own. The same tensors give the same bytes.
 */
public final class PickledTensorsWriter {

    /** The first day would be written twice, the second time in a field of its own. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

    /** Where torch begins every entry's bytes. */
    private static final int ALIGNMENT = 64;

    private static final int HEADER_BYTES = 30;
    private static final int EXTRA_HEADER_BYTES = 4;

    /** The extra field that torch fills up with. */
    private static final short PADDING = 0x4246;

    private final List<Pending> tensors = new ArrayList<>();

    private record Pending(String name, StoredType type, List<Long> shape, Supplier<ByteBuffer> bytes) {
        long elements() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /**
     * Adds a tensor.
     *
     * @param bytes row-major, little-endian; asked for when the file is written
     */
    public PickledTensorsWriter add(String name, StoredType type, List<Long> shape, Supplier<ByteBuffer> bytes) {
        PickleReader.storageOf(type); // known, or refused now
        tensors.add(new Pending(name, type, List.copyOf(shape), bytes));
        return this;
    }

    /**
     * Writes the file, whose name without its ending is also that of the folder inside.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Path file) {
        String name = String.valueOf(file.getFileName());
        String folder = name.substring(0, name.lastIndexOf('.')) + "/";
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            long at = put(zip, 0, folder + "data.pkl", ByteBuffer.wrap(pickle()));
            at = put(zip, at, folder + "byteorder", text("little"));
            for (int i = 0; i < tensors.size(); i++) {
                at = put(zip, at, folder + "data/" + i, tensors.get(i).bytes().get());
            }
            put(zip, at, folder + "version", text("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** @return where the next entry begins */
    private static long put(ZipOutputStream zip, long at, String name, ByteBuffer bytes) throws IOException {
        byte[] content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(NO_TIME);
        byte[] padding = padding(at + HEADER_BYTES + name.length());
        entry.setExtra(padding);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
        return at + HEADER_BYTES + name.length() + padding.length + content.length;
    }

    /** An extra field that ends where the bytes shall begin. */
    private static byte[] padding(long at) {
        int length = Math.floorMod(-(at + EXTRA_HEADER_BYTES), ALIGNMENT);
        ByteBuffer field = ByteBuffer.allocate(EXTRA_HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        return field.putShort(PADDING).putShort((short) length).array();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] pickle() {
        Operations out = new Operations();
        out.protocol();
        out.emptyDictionary();
        out.mark();
        for (int i = 0; i < tensors.size(); i++) {
            Pending tensor = tensors.get(i);
            out.text(tensor.name());
            out.global(PickleReader.REBUILD_TENSOR);
            out.mark();
            storage(out, tensor, i);
            out.whole(0);
            out.wholes(tensor.shape());
            out.wholes(strides(tensor.shape()));
            out.no();
            out.emptyDictionary();
            out.tuple();
            out.call();
        }
        out.setItems();
        return out.stop();
    }

    private static void storage(Operations out, Pending tensor, int key) {
        out.mark();
        out.text("storage");
        out.global(PickleReader.storageOf(tensor.type()));
        out.text(String.valueOf(key));
        out.text("cpu");
        out.whole(tensor.elements());
        out.tuple();
        out.persistent();
    }

    private static List<Long> strides(List<Long> shape) {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long size : shape.reversed()) {
            strides.addFirst(stride);
            stride = Math.multiplyExact(stride, size);
        }
        return strides;
    }

    /** The pickle's operations, protocol 2. */
    private static final class Operations {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void protocol() {
            out.write(0x80);
            out.write(2);
        }

        void global(String name) {
            int dot = name.lastIndexOf('.');
            out.write('c');
            out.writeBytes((name.substring(0, dot) + "\n" + name.substring(dot + 1) + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }

        void emptyDictionary() {
            global(PickleReader.ORDERED_DICT);
            out.write(')');
            call();
        }

        void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write('X');
            int32(bytes.length);
            out.writeBytes(bytes);
        }

        void whole(long number) {
            out.write('J');
            int32(Math.toIntExact(number));
        }

        private void int32(int number) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(number)
                    .array());
        }

        void wholes(List<Long> numbers) {
            mark();
            numbers.forEach(this::whole);
            tuple();
        }

        void no() {
            out.write(0x89);
        }

        void mark() {
            out.write('(');
        }

        void tuple() {
            out.write('t');
        }

        void call() {
            out.write('R');
        }

        void persistent() {
            out.write('Q');
        }

        void setItems() {
            out.write('u');
        }

        byte[] stop() {
            out.write('.');
            return out.toByteArray();
        }
    }
}
