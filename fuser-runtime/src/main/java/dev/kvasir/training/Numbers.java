package dev.kvasir.training;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;

/** Tensors of the element type that a run computes in: F32, or F64 to compare. */
final class Numbers {

    private Numbers() {}

    static Tensor tensor(TensorScope scope, ElementType type, double[] values, long... shape) {
        if (type == ElementType.F64) {
            return scope.doubles(values, shape);
        }
        return tensor(scope, type, floats(values), shape);
    }

    static Tensor tensor(TensorScope scope, ElementType type, float[] values, long... shape) {
        return switch (type) {
            case F32 -> scope.floats(values, shape);
            case F64 -> scope.doubles(doubles(values), shape);
            case F16, BF16, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException("Training computes in F32 or F64, not in " + type);
        };
    }

    private static float[] floats(double[] values) {
        float[] narrowed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrowed[i] = (float) values[i];
        }
        return narrowed;
    }

    private static double[] doubles(float[] values) {
        double[] widened = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return widened;
    }
}
