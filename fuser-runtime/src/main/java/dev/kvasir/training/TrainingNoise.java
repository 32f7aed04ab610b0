package dev.kvasir.training;

/**
 * What is drawn at random in one training step. Calls count the fused sections and, within one, the receiver's layers.
 */
interface TrainingNoise {

    /**
     * Uniform numbers in [0, 1) for the gates' Gumbel noise.
     *
     * @param draw {@code 2 * call} for keys, {@code 2 * call + 1} for values
     */
    double[] uniform(int draw, int count);

    /**
     * A dropout mask of zeros and ones.
     *
     * @param draw counted over all feed-forward blocks in the program's order: per call keys, then values, each {@code mlp1},
     *     {@code scalar_mlp2}, {@code proj_mlp2} blocks
     * @param kept the probability of a one
     */
    double[] keep(int draw, int count, double kept);
}
