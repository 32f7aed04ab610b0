package dev.kvasir.fuser.pickle;

import dev.kvasir.fuser.pickle.PickleValue.Tensor;
import dev.kvasir.model.FloatDecoder;
import dev.kvasir.model.ModelFile;
import dev.kvasir.model.StoredType;
import dev.kvasir.model.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * The named tensors of a state dictionary that {@code torch.save} wrote ({@code .pt}): a zip of stored entries with a
 * pickle, {@code data.pkl}, and raw storages.
 *
 * <p>The pickle is read as data. Only a list of operations is run, and only three constructors are understood: ordered
 * dictionaries, tensors over typed storages, storages. Everything else is refused before a tensor is read. Storages must
 * hold what their tensors reach; tensors must be contiguous. Several threads may read.
 */
public final class PickledTensors implements AutoCloseable {

    private static final long MAX_PICKLE = 1 << 20;
    private static final int MAX_RANK = 8;
    private static final long MAX_ELEMENTS = Integer.MAX_VALUE;
    private static final String PLAIN_ENTRIES =
            "data\\.pkl|byteorder|version|\\.format_version|\\.storage_alignment|\\.data/serialization_id|data/\\d{1,9}";

    private final ModelFile file;
    private final StoredZip zip;
    private final String top;
    private final Map<String, Tensor> tensors;

    private PickledTensors(ModelFile file) {
        this.file = file;
        this.zip = StoredZip.read(file);
        this.top = topFolder();
        checkByteOrder();
        this.tensors = PickleReader.read(file.name(), bytes("data.pkl", MAX_PICKLE));
        tensors.forEach(this::check);
    }

    /**
     * Opens a file and checks it whole.
     *
     * @throws PickleRefusedException if it is anything but a state dictionary
     * @throws dev.kvasir.model.ModelInvalidException if it is missing
     */
    public static PickledTensors open(Path path) {
        ModelFile file = ModelFile.open(path);
        try {
            return new PickledTensors(file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    public TensorShape shape(String name) {
        return new TensorShape(tensor(name).shape());
    }

    public StoredType type(String name) {
        return tensor(name).storage().type();
    }

    /** Writes the tensor's values, row-major, at the buffer's position, which advances. For floating-point tensors. */
    public void readFloats(String name, FloatBuffer target) {
        if (!type(name).weight()) {
            throw refuse(PickleFault.UNSUPPORTED_DTYPE, name, "is of %s, not floating-point".formatted(type(name)));
        }
        FloatDecoder.read(file, type(name), position(tensor(name)), shape(name).elements(), target);
    }

    /** The tensor's bytes as they are stored, row-major: a new direct buffer, little-endian. */
    public ByteBuffer readBytes(String name) {
        int length = Math.toIntExact(
                Math.multiplyExact(shape(name).elements(), type(name).bytes()));
        ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, position(tensor(name)));
        return bytes.flip();
    }

    private long position(Tensor tensor) {
        return entry("data/" + tensor.storage().key(), tensor.storage().key()).position()
                + tensor.offset() * tensor.storage().type().bytes();
    }

    private Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("%s has no tensor %s".formatted(file.name(), name));
        }
        return tensor;
    }

    private String topFolder() {
        String found = "";
        for (String name : zip.entries().keySet()) {
            int slash = name.indexOf('/');
            String folder = name.substring(0, slash + 1);
            if (!found.isEmpty() && !found.equals(folder)) {
                throw refuse(PickleFault.BAD_ZIP, name, "lies in another folder than the entries before it");
            }
            if (!name.substring(slash + 1).matches(PLAIN_ENTRIES)) {
                throw refuse(PickleFault.BAD_ZIP, name, "has no place in a state dictionary");
            }
            found = folder;
        }
        return found;
    }

    private void checkByteOrder() {
        if (zip.entries().containsKey(top + "byteorder")) {
            String order = new String(bytes("byteorder", 100), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw refuse(
                        PickleFault.UNSUPPORTED_BYTE_ORDER, "byteorder", "is %.20s; little is read".formatted(order));
            }
        }
    }

    private byte[] bytes(String name, long max) {
        StoredZip.Entry entry = entry(name, name);
        if (entry.length() > max) {
            throw refuse(
                    PickleFault.PICKLE_LIMIT, name, "has %d bytes; at most %d are read".formatted(entry.length(), max));
        }
        byte[] bytes = new byte[(int) entry.length()];
        file.read(ByteBuffer.wrap(bytes), entry.position());
        return bytes;
    }

    private StoredZip.Entry entry(String name, String key) {
        StoredZip.Entry entry = zip.entries().get(top + name);
        if (entry == null) {
            throw refuse(PickleFault.BAD_ZIP, key, "is missing from the archive");
        }
        return entry;
    }

    private void check(String name, Tensor tensor) {
        long elements = elements(name, tensor);
        StoredZip.Entry entry =
                zip.entries().get(top + "data/" + tensor.storage().key());
        long needed = Math.multiplyExact(elements, tensor.storage().type().bytes());
        long held = entry == null ? 0 : entry.length() / tensor.storage().type().bytes();
        if (entry == null
                || tensor.offset() < 0
                || tensor.storage().elements() > held
                || elements > tensor.storage().elements() - tensor.offset()) {
            throw refuse(
                    PickleFault.STORAGE_TOO_SHORT,
                    name,
                    "needs %d bytes from element %d of storage %s, which has %s"
                            .formatted(
                                    needed,
                                    tensor.offset(),
                                    tensor.storage().key(),
                                    entry == null ? "no entry" : entry.length() + " bytes"));
        }
        checkContiguous(name, tensor, elements);
    }

    private long elements(String name, Tensor tensor) {
        if (tensor.shape().size() != tensor.strides().size() || tensor.shape().size() > MAX_RANK) {
            throw refuse(PickleFault.BAD_PICKLE, name, "has other numbers of extents and strides, or more than 8");
        }
        try {
            long elements = new TensorShape(tensor.shape()).elements();
            if (elements <= MAX_ELEMENTS) {
                return elements;
            }
        } catch (ArithmeticException e) {
            // falls through: an overflow is only a larger number of elements
        }
        throw refuse(
                PickleFault.TENSOR_LIMIT,
                name,
                "shape %s has too many elements".formatted(new TensorShape(tensor.shape())));
    }

    private void checkContiguous(String name, Tensor tensor, long elements) {
        long expected = 1;
        for (int axis = tensor.shape().size() - 1; axis >= 0 && elements > 0; axis--) {
            if (tensor.shape().get(axis) != 1 && tensor.strides().get(axis) != expected) {
                throw refuse(
                        tensor.strides().get(axis) == 0 ? PickleFault.TENSOR_LIMIT : PickleFault.BAD_PICKLE,
                        name,
                        "has strides %s for shape %s; tensors must be contiguous"
                                .formatted(tensor.strides(), tensor.shape()));
            }
            expected *= tensor.shape().get(axis);
        }
    }

    private PickleRefusedException refuse(PickleFault fault, String key, String rule) {
        return new PickleRefusedException(fault, file.name(), key, rule);
    }

    @Override
    public void close() {
        file.close();
    }
}
