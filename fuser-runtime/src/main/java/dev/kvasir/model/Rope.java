package dev.kvasir.model;

/**
 * Rotary position embedding of a layer: pair {@code i} of a head turns by {@code frequency(i)} a position. Halves are
 * split: element {@code i} is paired with {@code i + headDim / 2}.
 *
 * @param theta the base
 */
public record Rope(double theta, RopeScaling scaling) {

    /** {@code headDim / 2} frequencies in radians a position, scaling applied. */
    public double[] frequencies(int headDim) {
        double[] frequencies = new double[headDim / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = scaling.scaled(pair, Math.pow(theta, -2.0 * pair / headDim));
        }
        return frequencies;
    }
}
