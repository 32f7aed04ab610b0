package dev.kvasir.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A handle to a tensor of libtorch, of any element type; bf16 too, which Java never looks into. Closed with its scope.
 *
 * <p>Programs may hand out views: two handles can share memory.
 */
public final class Tensor {
    private final PtNDArray array;
    private @Nullable ElementType type;

    Tensor(PtNDArray array, @Nullable ElementType type) {
        this.array = array;
        this.type = type;
    }

    /** Sizes, outermost first; empty for a scalar. */
    public long[] shape() {
        return array.getShape().getShape().clone();
    }

    /** Size of one dimension; negative counts from the last. */
    public long size(int dimension) {
        long[] shape = array.getShape().getShape();
        return shape[dimension < 0 ? shape.length + dimension : dimension];
    }

    public ElementType elementType() {
        if (type == null) {
            // Never DJL's own query: it ends the JVM on bf16.
            type = ElementProgram.typeOf(this);
        }
        return type;
    }

    /** Elements times bytes each, of the tensor's shape. */
    public long sizeInBytes() {
        return Arrays.stream(shape()).reduce(elementType().bytes(), Math::multiplyExact);
    }

    /** A copy of the elements, row-major, converted to float where they are not. */
    public float[] toFloats() {
        return ElementProgram.read(this, ElementType.F32, bytes -> {
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        });
    }

    /** A copy of the elements, row-major, converted to double where they are not. */
    public double[] toDoubles() {
        return ElementProgram.read(this, ElementType.F64, bytes -> {
            double[] values = new double[bytes.remaining() / Double.BYTES];
            bytes.asDoubleBuffer().get(values);
            return values;
        });
    }

    /** A copy of the elements, row-major, converted to long (truncated) where they are not. */
    public long[] toLongs() {
        return ElementProgram.read(this, ElementType.I64, bytes -> {
            long[] values = new long[bytes.remaining() / Long.BYTES];
            bytes.asLongBuffer().get(values);
            return values;
        });
    }

    /**
     * The tensor's own memory, little-endian, readable and writable while the tensor is open.
     *
     * @throws IllegalStateException if the tensor is a view with gaps, or does not lie on the processor
     */
    public ByteBuffer memory() {
        if (!ElementProgram.hasMemory(this)) {
            throw new IllegalStateException("A tensor of shape " + Arrays.toString(shape())
                    + " with gaps between its elements, or on a GPU, has no memory of its own here; call contiguous() in"
                    + " the program, or move it to the processor.");
        }
        return JniUtils.getByteBuffer(array(), true);
    }

    /** Makes {@link #backward()} compute a gradient for this tensor; only F64, F32, F16 and BF16. */
    public Tensor requireGradient() {
        JniUtils.attachGradient(array(), true);
        return this;
    }

    /** Adds the gradients of this scalar to every tensor it came from that {@linkplain #requireGradient() requires one}. */
    public void backward() {
        try (TensorScope scope = TensorScope.root()) {
            JniUtils.backward(array(), ElementProgram.one(scope, this).array(), false, false);
        } catch (EngineException fault) {
            throw TorchProgramException.inMethod("backward", fault);
        }
    }

    /**
     * The gradient summed up so far, sharing torch's own memory for it.
     *
     * @return a tensor of this shape, in the scope given
     * @throws IllegalStateException if no backward run has reached this tensor
     */
    public Tensor gradient(TensorScope scope) {
        PtNDArray gradient = JniUtils.getGradient(array());
        if (gradient == null) {
            throw new IllegalStateException(
                    "This tensor has no gradient: call requireGradient() on it, run a program with"
                            + " runTracked and call backward() on its scalar result first.");
        }
        gradient.attach(scope.manager());
        return new Tensor(gradient, null);
    }

    /** Sets the gradient summed up so far to zero. */
    public void zeroGradient() {
        JniUtils.zeroGrad(array());
    }

    /** Releases this handle before its scope ends. */
    public void close() {
        array.close();
    }

    PtNDArray array() {
        if (array.isReleased()) {
            throw new IllegalStateException(
                    "This tensor is closed: its scope, or the tensor itself, was closed before.");
        }
        return array;
    }

    @Override
    public String toString() {
        return array.isReleased() ? "Tensor[closed]" : elementType() + Arrays.toString(shape());
    }
}
