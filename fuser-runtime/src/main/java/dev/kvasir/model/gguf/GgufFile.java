package dev.kvasir.model.gguf;

import dev.kvasir.model.ModelFile;
import dev.kvasir.model.TensorShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The head of a GGUF file, checked whole: counts, lengths, types, whole blocks, offsets inside the file, no overlap. */
final class GgufFile {

    private static final int MAX_TENSORS = 100_000;
    private static final int MAX_NAME_BYTES = 256;
    private static final int MAX_RANK = 4;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int LEAST_TENSOR_BYTES = 32;

    private final ModelFile file;
    private final GgufReader reader;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

    private GgufFile(ModelFile file) {
        this.file = file;
        this.reader = new GgufReader(file);
        checkMagic();
        long tensorCount = reader.count("tensor count", Math.min(MAX_TENSORS, reader.remaining() / LEAST_TENSOR_BYTES));
        long keyCount = reader.count("key count", Math.min(GgufMetadata.maxKeys(), reader.remaining()));
        this.metadata = GgufMetadata.read(file, reader, keyCount);
        readTensors(tensorCount);
        checkOverlap();
    }

    static GgufFile read(ModelFile file) {
        return new GgufFile(file);
    }

    ModelFile file() {
        return file;
    }

    GgufMetadata metadata() {
        return metadata;
    }

    Map<String, GgufTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    private void checkMagic() {
        if (file.size() < Integer.BYTES) {
            throw file.invalid("header", "the file has %d bytes, fewer than a header".formatted(file.size()));
        }
        byte[] magic = {reader.int8(), reader.int8(), reader.int8(), reader.int8()};
        if (!new String(magic, StandardCharsets.ISO_8859_1).equals("GGUF")) {
            throw file.invalid("magic", "the file does not begin with GGUF");
        }
        int version = reader.int32();
        if (version != 2 && version != 3) {
            throw file.invalid(
                    "version", "is %s; versions 2 and 3 are read".formatted(Integer.toUnsignedString(version)));
        }
    }

    private void readTensors(long count) {
        int alignment =
                metadata.optionalInteger("general.alignment", 1, MAX_ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
        if (Integer.bitCount(alignment) != 1) {
            throw file.invalid("general.alignment", "%d is not a power of two".formatted(alignment));
        }
        List<GgufTensor> relative = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            relative.add(readTensor(i, alignment));
        }
        long dataStart = (reader.position() + alignment - 1) / alignment * alignment;
        for (GgufTensor tensor : relative) {
            place(tensor, dataStart);
        }
    }

    private void place(GgufTensor tensor, long dataStart) {
        long data = file.size() - dataStart;
        if (tensor.position() > data || tensor.sizeInBytes() > data - tensor.position()) {
            throw file.invalid(
                    tensor.name(),
                    "%d bytes at offset %d are not inside the %d bytes of data"
                            .formatted(tensor.sizeInBytes(), tensor.position(), Math.max(0, data)));
        }
        var placed = new GgufTensor(
                tensor.name(), tensor.type(), tensor.shape(), dataStart + tensor.position(), tensor.sizeInBytes());
        if (tensors.put(tensor.name(), placed) != null) {
            throw file.invalid(tensor.name(), "is there twice");
        }
    }

    private GgufTensor readTensor(long index, int alignment) {
        String name = reader.string("tensor " + index, MAX_NAME_BYTES);
        TensorShape shape = readShape(name);
        int typeId = reader.int32();
        GgufType type = GgufType.ofId(typeId)
                .orElseThrow(() -> file.invalid(
                        name, "has type %s, which is not read".formatted(Integer.toUnsignedString(typeId))));
        long rowLength = shape.extent(shape.rank() - 1);
        if (rowLength % type.blockElements() != 0) {
            throw file.invalid(
                    name, "rows of %d are not whole %s blocks of %d".formatted(rowLength, type, type.blockElements()));
        }
        long offset = reader.count(name + ", offset", Long.MAX_VALUE);
        if (offset % alignment != 0) {
            throw file.invalid(name, "offset %d is not a multiple of the alignment %d".formatted(offset, alignment));
        }
        return new GgufTensor(name, type, shape, offset, sizeInBytes(name, shape, type));
    }

    private TensorShape readShape(String name) {
        int rank = reader.int32();
        if (rank < 1 || rank > MAX_RANK) {
            throw file.invalid(name, "has %s dimensions; 1 to 4 are read".formatted(Integer.toUnsignedString(rank)));
        }
        List<Long> extents = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            long extent = reader.count(name + ", dimension " + axis, Integer.MAX_VALUE);
            if (extent == 0) {
                throw file.invalid(name, "dimension %d is 0".formatted(axis));
            }
            extents.addFirst(extent);
        }
        return new TensorShape(extents);
    }

    private long sizeInBytes(String name, TensorShape shape, GgufType type) {
        try {
            return Math.multiplyExact(shape.elements() / type.blockElements(), type.blockBytes());
        } catch (ArithmeticException e) {
            throw file.invalid(name, "the product of shape %s overflows".formatted(shape));
        }
    }

    private void checkOverlap() {
        List<GgufTensor> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(GgufTensor::position));
        for (int i = 1; i < inOrder.size(); i++) {
            GgufTensor before = inOrder.get(i - 1);
            if (before.end() > inOrder.get(i).position()) {
                throw file.invalid(inOrder.get(i).name(), "shares bytes with " + before.name());
            }
        }
    }
}
