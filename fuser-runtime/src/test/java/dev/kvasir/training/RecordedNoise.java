package dev.kvasir.training;

import java.util.function.Function;

/** The noise that a golden case recorded, in the reference's order of calls. */
final class RecordedNoise implements TrainingNoise {

    private final Function<String, double[]> tensors;
    private final int step;
    private final int projectorBlocks;

    RecordedNoise(Function<String, double[]> tensors, int step, int projectorBlocks) {
        this.tensors = tensors;
        this.step = step;
        this.projectorBlocks = projectorBlocks;
    }

    @Override
    public double[] uniform(int draw, int count) {
        return tensors.apply("u/step" + step + "/call" + draw);
    }

    @Override
    public double[] keep(int draw, int count, double kept) {
        int perSide = 2 + projectorBlocks;
        int call = draw / (2 * perSide);
        int side = draw / perSide % 2;
        int recorded = call * 2 * perSide + recordedAt(draw % perSide, side);
        return tensors.apply("dropout_keep/step" + step + "/call" + recorded);
    }

    /** Recorded are mlp1 of both sides, the projector's blocks side by side, then the weights' block of both. */
    private int recordedAt(int block, int side) {
        return switch (block) {
            case 0 -> side;
            case 1 -> 2 + 2 * projectorBlocks + side;
            default -> 2 + side * projectorBlocks + block - 2;
        };
    }
}
