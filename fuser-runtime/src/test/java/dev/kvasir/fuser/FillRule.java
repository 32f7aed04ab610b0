package dev.kvasir.fuser;

import java.util.List;

/** The numbers of the hand-checked examples: {@code scale * sin(0.7 i + 1.3 seed)}, row-major, i from 1. */
public final class FillRule {

    private FillRule() {}

    static double[] weights(int seed, List<Long> shape) {
        return fill(seed, 0.3, shape);
    }

    static double[] inputs(int seed, List<Long> shape) {
        return fill(seed, 1, shape);
    }

    static double[] norm(int seed, List<Long> shape) {
        double[] values = fill(seed, 0.1, shape);
        for (int i = 0; i < values.length; i++) {
            values[i] += 1;
        }
        return values;
    }

    /** By what the name says: norm weights about 1, all else about 0. */
    public static double[] parameter(String name, int seed, List<Long> shape) {
        return name.contains("norm") ? norm(seed, shape) : weights(seed, shape);
    }

    private static double[] fill(int seed, double scale, List<Long> shape) {
        int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = scale * Math.sin(0.7 * (i + 1) + 1.3 * seed);
        }
        return values;
    }
}
