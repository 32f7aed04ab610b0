package dev.kvasir.training;

import java.util.SplittableRandom;

/** Noise that depends on nothing but the run's seed, the micro step and the draw: a resumed run sees the same. */
final class SeededNoise implements TrainingNoise {

    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long DRAW = 0xC2B2AE3D27D4EB4FL;
    private static final long GATES = 0x165667B19E3779F9L;

    private final long seed;

    /**
     * @param microStep counted over the whole run
     */
    SeededNoise(long seed, long microStep) {
        this.seed = new SplittableRandom(seed ^ STEP * (microStep + 1)).nextLong();
    }

    @Override
    public double[] uniform(int draw, int count) {
        return new SplittableRandom(seed ^ GATES ^ DRAW * draw).doubles(count).toArray();
    }

    @Override
    public double[] keep(int draw, int count, double kept) {
        SplittableRandom random = new SplittableRandom(seed ^ DRAW * (draw + 1));
        double[] mask = new double[count];
        for (int i = 0; i < count; i++) {
            mask[i] = random.nextDouble() < kept ? 1 : 0;
        }
        return mask;
    }
}
