package dev.kvasir.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Owns tensors and closes them together. Scopes form a tree; closing one closes its children. A scope may be used by
 * one thread at a time.
 *
 * <p>What a scope makes lies on its device. What a program returns lies wherever the program made it, whoever owns it.
 */
public final class TensorScope implements AutoCloseable {
    private final PtNDManager manager;
    private final TorchDevice device;

    private TensorScope(PtNDManager manager, TorchDevice device) {
        this.manager = manager;
        this.device = device;
    }

    /** A scope of its own on the processor, which the caller closes. */
    public static TensorScope root() {
        return root(TorchDevice.CPU);
    }

    /** A scope of its own on a device, which the caller closes. */
    public static TensorScope root(TorchDevice device) {
        return new TensorScope(LibTorch.get().newManager(), device);
    }

    /** A scope on the same device that is closed with this one at the latest. */
    public TensorScope child() {
        return child(device);
    }

    /** A scope on a device of its own that is closed with this one at the latest. */
    public TensorScope child(TorchDevice device) {
        return new TensorScope((PtNDManager) manager.newSubManager(), device);
    }

    /** Where what this scope makes lies. */
    public TorchDevice device() {
        return device;
    }

    /** An F32 tensor with a copy of the values, row-major. */
    public Tensor floats(float[] values, long... shape) {
        return floats(FloatBuffer.wrap(values), shape);
    }

    /** An F32 tensor with a copy of what remains in the buffer, row-major. */
    public Tensor floats(FloatBuffer values, long... shape) {
        requireCount(values.remaining(), shape);
        return filled(ElementType.F32, memory -> memory.asFloatBuffer().put(values.duplicate()), shape);
    }

    /** An F64 tensor with a copy of the values, row-major. */
    public Tensor doubles(double[] values, long... shape) {
        requireCount(values.length, shape);
        return filled(ElementType.F64, memory -> memory.asDoubleBuffer().put(values), shape);
    }

    /** An I64 tensor with a copy of the values, row-major. */
    public Tensor longs(long[] values, long... shape) {
        requireCount(values.length, shape);
        return filled(ElementType.I64, memory -> memory.asLongBuffer().put(values), shape);
    }

    /**
     * A tensor that is filled while it lies on the processor, and then moved to this scope's device.
     *
     * @param filler gets the memory of all elements, little-endian, row-major
     */
    public Tensor filled(ElementType type, Consumer<ByteBuffer> filler, long... shape) {
        if (device.isCpu()) {
            Tensor tensor = empty(type, shape);
            filler.accept(tensor.memory());
            return tensor;
        }
        try (TensorScope host = child(TorchDevice.CPU)) {
            return move(host.filled(type, filler, shape));
        }
    }

    /** The tensor itself where it lies on this scope's device already, else a copy there; owned by this scope. */
    public Tensor move(Tensor tensor) {
        return ElementProgram.move(this, tensor, device);
    }

    /** A tensor whose elements are whatever the memory held; on the processor {@link Tensor#memory()} fills it. */
    public Tensor empty(ElementType type, long... shape) {
        return ElementProgram.empty(this, type, shape);
    }

    /** A tensor of zeros. */
    public Tensor zeros(ElementType type, long... shape) {
        return ElementProgram.zeros(this, type, shape);
    }

    /**
     * A tensor over the buffer's remaining bytes, without a copy: little-endian, row-major, aligned to the element, on the
     * processor whatever the scope's device.
     *
     * @param memory direct or mapped; stays alive and unchanged as long as the tensor or a view of it is used
     * @throws IllegalArgumentException if the buffer is on the heap or does not hold exactly the shape
     */
    public Tensor wrap(ByteBuffer memory, ElementType type, long... shape) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("Only a direct or mapped buffer can be wrapped; copy with floats(...).");
        }
        requireCount(memory.remaining() / type.bytes(), shape);
        if (memory.remaining() % type.bytes() != 0) {
            throw new IllegalArgumentException(memory.remaining() + " bytes are not whole elements of " + type + " ("
                    + type.bytes() + " bytes each).");
        }
        ByteBuffer bytes = memory.slice().order(ByteOrder.nativeOrder());
        PtNDArray raw = manager.create(bytes, new Shape(bytes.remaining()), DataType.UINT8);
        Tensor source = new Tensor(raw, ElementType.U8);
        return type == ElementType.U8 && shape.length == 1
                ? source
                : ElementProgram.reinterpret(this, source, type, shape);
    }

    /** Moves the tensor out of the child scope it lives in and into this one. */
    public Tensor keep(Tensor tensor) {
        tensor.array().attach(manager);
        return tensor;
    }

    /** Tensors this scope holds right now, those of its children not counted. */
    public int size() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }

    PtNDManager manager() {
        if (!manager.isOpen()) {
            throw new IllegalStateException("This tensor scope is closed.");
        }
        return manager;
    }

    private static void requireCount(long count, long... shape) {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (count != expected) {
            throw new IllegalArgumentException(count + " values do not fill the shape " + Arrays.toString(shape)
                    + ", which takes " + expected + ".");
        }
    }
}
