package dev.kvasir.fuser;

import dev.kvasir.model.TensorShape;
import dev.kvasir.model.Weights;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A model's weights by {@link FillRule}, each with the seed in whose order it was added. */
final class FilledWeights implements Weights {

    private final Map<String, TensorShape> shapes = new LinkedHashMap<>();
    private final Map<String, Integer> seeds = new LinkedHashMap<>();
    private int seed;

    FilledWeights(int firstSeed) {
        seed = firstSeed;
    }

    FilledWeights add(String name, long... shape) {
        shapes.put(name, TensorShape.of(shape));
        seeds.put(name, seed++);
        return this;
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public TensorShape shape(String name) {
        return Objects.requireNonNull(shapes.get(name), name);
    }

    @Override
    public String storedAs(String name) {
        return "F64";
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        for (double value : values(name)) {
            target.put((float) value);
        }
    }

    @Override
    public void readDoubles(String name, DoubleBuffer target) {
        target.put(values(name));
    }

    private double[] values(String name) {
        int number = Objects.requireNonNull(seeds.get(name), name);
        return FillRule.parameter(name, number, shape(name).dimensions());
    }

    @Override
    public void close() {}
}
