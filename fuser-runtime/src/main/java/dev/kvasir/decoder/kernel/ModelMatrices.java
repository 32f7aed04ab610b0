package dev.kvasir.decoder.kernel;

import dev.kvasir.model.CodeLayout;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A model's matrices, as far as kernels are chosen by it.
 *
 * @param shapes of every role
 * @param layouts how the file has most of a role's; nothing for a role that can only be widened
 */
public record ModelMatrices(Map<MatrixRole, MatrixShape> shapes, Map<MatrixRole, CodeLayout> layouts) {

    public ModelMatrices {
        shapes = Collections.unmodifiableMap(new EnumMap<>(shapes));
        Map<MatrixRole, CodeLayout> copy = new EnumMap<>(MatrixRole.class);
        copy.putAll(layouts);
        layouts = Collections.unmodifiableMap(copy);
    }

    /** Rows and columns. */
    public MatrixShape shape(MatrixRole role) {
        return Objects.requireNonNull(shapes.get(role));
    }
}
