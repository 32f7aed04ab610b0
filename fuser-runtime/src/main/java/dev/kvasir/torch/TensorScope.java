package dev.kvasir.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Owns tensors and closes them together. Scopes form a tree; closing one closes its children. A scope may be used by
 * one thread at a time.
 */
public final class TensorScope implements AutoCloseable {
    private final PtNDManager manager;

    private TensorScope(PtNDManager manager) {
        this.manager = manager;
    }

    /** A scope of its own, which the caller closes. */
    public static TensorScope root() {
        return new TensorScope(LibTorch.get().newManager());
    }

    /** A scope that is closed with this one at the latest. */
    public TensorScope child() {
        return new TensorScope((PtNDManager) manager.newSubManager());
    }

    /** An F32 tensor with a copy of the values, row-major. */
    public Tensor floats(float[] values, long... shape) {
        return floats(FloatBuffer.wrap(values), shape);
    }

    /** An F32 tensor with a copy of what remains in the buffer, row-major. */
    public Tensor floats(FloatBuffer values, long... shape) {
        requireCount(values.remaining(), shape);
        Tensor tensor = empty(ElementType.F32, shape);
        tensor.memory().asFloatBuffer().put(values.duplicate());
        return tensor;
    }

    /** An F64 tensor with a copy of the values, row-major. */
    public Tensor doubles(double[] values, long... shape) {
        requireCount(values.length, shape);
        Tensor tensor = empty(ElementType.F64, shape);
        tensor.memory().asDoubleBuffer().put(values);
        return tensor;
    }

    /** An I64 tensor with a copy of the values, row-major. */
    public Tensor longs(long[] values, long... shape) {
        requireCount(values.length, shape);
        Tensor tensor = empty(ElementType.I64, shape);
        tensor.memory().asLongBuffer().put(values);
        return tensor;
    }

    /** A tensor whose elements are whatever the memory held; fill it through {@link Tensor#memory()}. */
    public Tensor empty(ElementType type, long... shape) {
        return ElementProgram.empty(this, type, shape);
    }

    /** A tensor of zeros. */
    public Tensor zeros(ElementType type, long... shape) {
        return ElementProgram.zeros(this, type, shape);
    }

    /**
     * A tensor over the buffer's remaining bytes, without a copy: little-endian, row-major, aligned to the element.
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
