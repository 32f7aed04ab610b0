package dev.kvasir.training;

/**
 * How a kind of layer sees positions.
 *
 * @param frequencies of RoPE, in radians a position; half as many as a head has dimensions
 * @param window how many positions back a token sees, itself included; {@link Integer#MAX_VALUE} for all
 */
record LayerKind(Frequencies frequencies, int window) {

    /** RoPE's frequencies; a class because an array has no place in a record. */
    static final class Frequencies {

        private final double[] radians;

        Frequencies(double[] radians) {
            this.radians = radians.clone();
        }

        int headDim() {
            return 2 * radians.length;
        }

        /** The angle of one of a head's dimensions; its two halves turn alike. */
        double angle(long position, int dimension) {
            return position * radians[dimension % radians.length];
        }
    }
}
