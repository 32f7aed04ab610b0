package dev.kvasir.decoder.step;

import dev.kvasir.decoder.direct.Operand;
import dev.kvasir.model.ModelConfig;

/** The arrays of one step of so many tokens, for one thread at a time. */
final class StepRoom {
    final int tokens;
    final float[] x;
    final float[] qkv;
    final float[] branch;
    final float[] gateUp;
    final Operand normed;
    final Operand attended;
    final Operand gated;
    final float[][] cosines;
    final float[][] sines;
    float[] scores = new float[0];

    StepRoom(ModelConfig config, int tokens, int kinds) {
        int hidden = config.hiddenSize();
        int half = config.headDim() / 2;
        this.tokens = tokens;
        this.x = new float[tokens * hidden];
        this.qkv = new float[tokens * (config.heads() + 2 * config.kvHeads()) * config.headDim()];
        this.branch = new float[tokens * hidden];
        this.gateUp = new float[tokens * 2 * config.intermediateSize()];
        this.normed = new Operand(tokens, hidden);
        this.attended = new Operand(tokens, config.heads() * config.headDim());
        this.gated = new Operand(tokens, config.intermediateSize());
        this.cosines = new float[tokens * kinds][half];
        this.sines = new float[tokens * kinds][half];
    }

    /** Room for the scores of one head over so many positions. */
    float[] scores(int positions) {
        if (scores.length < positions) {
            scores = new float[positions + positions / 2];
        }
        return scores;
    }
}
