package dev.kvasir.decoder;

import dev.kvasir.model.TensorShape;
import dev.kvasir.model.Weights;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Weights made up by a rule: row-major index i from 1, {@code 0.3 * sin(0.7 i + 1.3 seed)}, and for norms
 * {@code 1 + 0.1 * sin(..)}.
 */
final class FilledWeights implements Weights {
    private record Filled(TensorShape shape, int seed) {}

    private final Map<String, Filled> tensors = new LinkedHashMap<>();

    FilledWeights with(String name, int seed, long... shape) {
        tensors.put(name, new Filled(TensorShape.of(shape), seed));
        return this;
    }

    double value(String name, int index) {
        double wave = Math.sin(0.7 * (index + 1) + 1.3 * filled(name).seed());
        return name.contains("norm") ? 1 + 0.1 * wave : 0.3 * wave;
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public TensorShape shape(String name) {
        return filled(name).shape();
    }

    @Override
    public String storedAs(String name) {
        return "F64";
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        int count = Math.toIntExact(shape(name).elements());
        for (int i = 0; i < count; i++) {
            target.put((float) value(name, i));
        }
    }

    @Override
    public void close() {}

    private Filled filled(String name) {
        Filled filled = tensors.get(name);
        if (filled == null) {
            throw new IllegalArgumentException("These weights have no " + name + ".");
        }
        return filled;
    }
}
