package dev.kvasir.decoder.step;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** With vectors of the processor's width; what is left of a row goes one by one. */
final class VectorRowMath implements RowMath {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
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
        int whole = FLOATS.loopBound(width);
        for (int key = 0; key < count; key++) {
            long at = keysAt + (long) key * width * Float.BYTES;
            FloatVector sums = FloatVector.zero(FLOATS);
            for (int i = 0; i < whole; i += LANES) {
                sums = FloatVector.fromArray(FLOATS, query, queryAt + i)
                        .fma(FloatVector.fromMemorySegment(FLOATS, keys, at + (long) i * Float.BYTES, ORDER), sums);
            }
            float sum = sums.reduceLanes(VectorOperators.ADD);
            for (int i = whole; i < width; i++) {
                sum += query[queryAt + i] * keys.get(FLOAT, at + (long) i * Float.BYTES);
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
        int whole = FLOATS.loopBound(count);
        FloatVector sums = FloatVector.zero(FLOATS);
        for (int i = at; i < at + whole; i += LANES) {
            FloatVector raised =
                    FloatVector.fromArray(FLOATS, scores, i).sub(largest).lanewise(VectorOperators.EXP);
            raised.intoArray(scores, i);
            sums = sums.add(raised);
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (int i = at + whole; i < at + count; i++) {
            scores[i] = (float) Math.exp(scores[i] - largest);
            sum += scores[i];
        }
        float factor = 1 / sum;
        for (int i = at; i < at + count; i++) {
            scores[i] *= factor;
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
        long stride = (long) width * Float.BYTES;
        int i = 0;
        for (; i + 4 * LANES <= width; i += 4 * LANES) {
            mixFour(weights, weightsAt, count, values, valuesAt + (long) i * Float.BYTES, stride, mixed, mixedAt + i);
        }
        for (; i + LANES <= width; i += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            long at = valuesAt + (long) i * Float.BYTES;
            for (int key = 0; key < count; key++, at += stride) {
                sum = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER)
                        .fma(FloatVector.broadcast(FLOATS, weights[weightsAt + key]), sum);
            }
            sum.intoArray(mixed, mixedAt + i);
        }
        for (; i < width; i++) {
            float sum = 0;
            for (int key = 0; key < count; key++) {
                sum += weights[weightsAt + key] * values.get(FLOAT, valuesAt + key * stride + (long) i * Float.BYTES);
            }
            mixed[mixedAt + i] = sum;
        }
    }

    /** Four vectors' width of every value, in one pass over them. */
    private static void mixFour(
            float[] weights,
            int weightsAt,
            int count,
            MemorySegment values,
            long valuesAt,
            long stride,
            float[] mixed,
            int mixedAt) {
        int bytes = LANES * Float.BYTES;
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        long at = valuesAt;
        for (int key = 0; key < count; key++, at += stride) {
            FloatVector weight = FloatVector.broadcast(FLOATS, weights[weightsAt + key]);
            a = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER).fma(weight, a);
            b = FloatVector.fromMemorySegment(FLOATS, values, at + bytes, ORDER).fma(weight, b);
            c = FloatVector.fromMemorySegment(FLOATS, values, at + 2L * bytes, ORDER)
                    .fma(weight, c);
            d = FloatVector.fromMemorySegment(FLOATS, values, at + 3L * bytes, ORDER)
                    .fma(weight, d);
        }
        a.intoArray(mixed, mixedAt);
        b.intoArray(mixed, mixedAt + LANES);
        c.intoArray(mixed, mixedAt + 2 * LANES);
        d.intoArray(mixed, mixedAt + 3 * LANES);
    }

    @Override
    public void gate(float[] from, int gate, int up, int count, boolean gelu, float[] to, int at) {
        int whole = FLOATS.loopBound(count);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = FloatVector.fromArray(FLOATS, from, gate + i);
            // tanh(y) = 2 / (1 + exp(-2 y)) - 1, so GELU is x over 1 + exp(-2 y) too
            FloatVector inner =
                    gelu ? x.mul(x).mul(x).mul(PlainRowMath.GELU_CUBE).add(x).mul(2 * PlainRowMath.GELU_ROOT) : x;
            FloatVector size = inner.neg().lanewise(VectorOperators.EXP).add(1);
            x.div(size).mul(FloatVector.fromArray(FLOATS, from, up + i)).intoArray(to, at + i);
        }
        for (int i = whole; i < count; i++) {
            to[at + i] = PlainRowMath.activated(from[gate + i], gelu) * from[up + i];
        }
    }
}
