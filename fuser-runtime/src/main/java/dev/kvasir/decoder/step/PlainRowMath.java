package dev.kvasir.decoder.step;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Without vectors. */
final class PlainRowMath implements RowMath {
    /** Of the tanh form of GELU: sqrt(2 / pi), and the factor of the cube. */
    static final float GELU_ROOT = 0.7978846f;

    static final float GELU_CUBE = 0.044715f;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    @Override
    public void scores(
            float[] query,
            int queryAt,
            int width,
            MemorySegment keys,
            long keysAt,
            int count,
            float scale,
            float[] scores,
            int scoresAt) {
        long at = keysAt;
        for (int key = 0; key < count; key++) {
            float sum = 0;
            for (int i = 0; i < width; i++, at += Float.BYTES) {
                sum += query[queryAt + i] * keys.get(FLOAT, at);
            }
            scores[scoresAt + key] = sum * scale;
        }
    }

    @Override
    public void softmax(float[] scores, int at, int count) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            largest = Math.max(largest, scores[i]);
        }
        float sum = 0;
        for (int i = at; i < at + count; i++) {
            scores[i] = (float) Math.exp(scores[i] - largest);
            sum += scores[i];
        }
        for (int i = at; i < at + count; i++) {
            scores[i] /= sum;
        }
    }

    @Override
    public void mix(
            float[] weights,
            int weightsAt,
            int count,
            MemorySegment values,
            long valuesAt,
            int width,
            float[] mixed,
            int mixedAt) {
        Arrays.fill(mixed, mixedAt, mixedAt + width, 0);
        long at = valuesAt;
        for (int key = 0; key < count; key++) {
            float weight = weights[weightsAt + key];
            for (int i = 0; i < width; i++, at += Float.BYTES) {
                mixed[mixedAt + i] += weight * values.get(FLOAT, at);
            }
        }
    }

    @Override
    public void gate(float[] from, int gate, int up, int count, boolean gelu, float[] to, int at) {
        for (int i = 0; i < count; i++) {
            to[at + i] = activated(from[gate + i], gelu) * from[up + i];
        }
    }

    static float activated(float x, boolean gelu) {
        float inner = gelu ? 2 * GELU_ROOT * (x + GELU_CUBE * x * x * x) : x;
        return (float) (x / (1 + Math.exp(-inner)));
    }
}
