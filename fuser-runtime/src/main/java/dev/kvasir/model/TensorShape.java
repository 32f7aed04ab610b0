package dev.kvasir.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Extents of a tensor, outermost first; a scalar has none. */
public record TensorShape(List<Long> dimensions) {

    public TensorShape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.stream().anyMatch(extent -> extent < 0)) {
            throw new IllegalArgumentException("An extent is 0 or more: " + dimensions);
        }
    }

    public static TensorShape of(long... dimensions) {
        return new TensorShape(Arrays.stream(dimensions).boxed().toList());
    }

    public int rank() {
        return dimensions.size();
    }

    public long extent(int axis) {
        return dimensions.get(axis);
    }

    /**
     * How many values the tensor holds.
     *
     * @throws ArithmeticException if the number does not fit a long
     */
    public long elements() {
        long elements = 1;
        boolean empty = dimensions.contains(0L);
        for (long extent : dimensions) {
            elements = empty ? 0 : Math.multiplyExact(elements, extent);
        }
        return elements;
    }

    public long[] toArray() {
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
