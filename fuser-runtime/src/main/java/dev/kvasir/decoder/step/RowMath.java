package dev.kvasir.decoder.step;

import dev.kvasir.decoder.direct.VectorApi;
import java.lang.foreign.MemorySegment;

/** What a token needs besides matrices. Arrays hold rows one behind the other; nothing is allocated. */
public interface RowMath {

    /** The quickest that this JVM can run. */
    static RowMath best() {
        return VectorApi.isPresent() ? new VectorRowMath() : new PlainRowMath();
    }

    /**
     * The products of a query with keys that lie one behind the other.
     *
     * @param query from {@code queryAt} on, {@code width} floats
     * @param keys F32, the first at byte {@code keysAt}
     * @param scores receives {@code count} numbers from {@code scoresAt} on, each times {@code scale}
     */
    void scores(
            float[] query,
            int queryAt,
            int width,
            MemorySegment keys,
            long keysAt,
            int count,
            float scale,
            float[] scores,
            int scoresAt);

    /** Makes {@code count} scores from {@code at} on a distribution: positive, and 1 in all. */
    void softmax(float[] scores, int at, int count);

    /**
     * The mean of values that lie one behind the other, weighted.
     *
     * @param values F32, the first at byte {@code valuesAt}, {@code width} floats each
     * @param mixed receives {@code width} numbers from {@code mixedAt} on
     */
    void mix(
            float[] weights,
            int weightsAt,
            int count,
            MemorySegment values,
            long valuesAt,
            int width,
            float[] mixed,
            int mixedAt);

    /** Gate and up of an MLP: {@code to[i] = silu(from[gate + i]) * from[up + i]}, or the tanh form of GELU. */
    void gate(float[] from, int gate, int up, int count, boolean gelu, float[] to, int at);

    /** RMSNorm: {@code to[i] = x[i] * weight[i] / sqrt(mean(x * x) + epsilon)}; {@code to} may be {@code x}. */
    static void norm(float[] x, int at, int width, float[] weight, int weightAt, float epsilon, float[] to, int toAt) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < width; i += 4) {
            a += x[at + i] * x[at + i];
            b += x[at + i + 1] * x[at + i + 1];
            c += x[at + i + 2] * x[at + i + 2];
            d += x[at + i + 3] * x[at + i + 3];
        }
        for (; i < width; i++) {
            a += x[at + i] * x[at + i];
        }
        float factor = (float) (1 / Math.sqrt((a + b + c + d) / width + (double) epsilon));
        for (i = 0; i < width; i++) {
            to[toAt + i] = x[at + i] * factor * weight[weightAt + i];
        }
    }

    /** Rotates a head's halves against each other, as RoPE of one position: {@code cosine} and {@code sine} of half its width. */
    static void rotate(float[] head, int at, int width, float[] cosine, float[] sine) {
        int half = width / 2;
        for (int i = 0; i < half; i++) {
            float first = head[at + i];
            float second = head[at + half + i];
            head[at + i] = first * cosine[i] - second * sine[i];
            head[at + half + i] = second * cosine[i] + first * sine[i];
        }
    }

    /** {@code x[i] += added[i]}. */
    static void add(float[] x, int at, float[] added, int addedAt, int count) {
        for (int i = 0; i < count; i++) {
            x[at + i] += added[addedAt + i];
        }
    }
}
