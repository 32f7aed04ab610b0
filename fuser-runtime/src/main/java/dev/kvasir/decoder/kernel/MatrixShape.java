package dev.kvasir.decoder.kernel;

/**
 * Extents of a matrix.
 *
 * @param rows outputs
 * @param columns inputs
 */
public record MatrixShape(int rows, int columns) {

    @Override
    public String toString() {
        return rows + "x" + columns;
    }
}
