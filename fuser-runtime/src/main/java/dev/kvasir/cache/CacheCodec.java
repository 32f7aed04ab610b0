package dev.kvasir.cache;

import dev.kvasir.decoder.KvCache;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a cache's values are stored. The lossy ones are symmetric, with one step for each token and head: the largest
 * magnitude of the head's vector divided by {@link #levels()}; every value becomes the nearest whole number of steps.
 *
 * <p>A value comes back within {@link #errorBound} of what it was. A vector of zeros comes back as zeros.
 */
public enum CacheCodec {
    /** Bit for bit. */
    NONE(0),
    /** One byte a value, -127 to 127 steps. */
    INT8(127),
    /** Two values a byte, -7 to 7 steps; the even element lies in the low half, each half is the number of steps + 8. */
    INT4(7);

    private final int levels;

    CacheCodec(int levels) {
        this.levels = levels;
    }

    /** The codec that {@link #text()} names. */
    public static Optional<CacheCodec> named(String text) {
        return Arrays.stream(values())
                .filter(codec -> codec.text().equals(text))
                .findFirst();
    }

    /** Its name in files and on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Steps from zero to the largest magnitude; 0 for {@link #NONE}. */
    public int levels() {
        return levels;
    }

    public boolean lossless() {
        return this == NONE;
    }

    /**
     * How far a value of a vector may be from what it was, at most: half a step, and the rounding of value and step to the
     * cache's own type, which counts in bf16 only.
     *
     * @param largest magnitude in the vector
     */
    public double errorBound(double largest, ElementType type) {
        if (lossless()) {
            return 0;
        }
        double step = Math.max(largest / levels, smallestStep(type));
        // Value and step are rounded once each, half a unit in the last place.
        double rounding =
                2 * unit(stepType(type)) * largest + (type == ElementType.BF16 ? unit(type) * 1.01 * largest : 0);
        return step / 2 + rounding;
    }

    /** Bytes of one vector of a token and head, its step included. */
    public long vectorBytes(int headDim, ElementType type) {
        return switch (this) {
            case NONE -> (long) headDim * type.bytes();
            case INT8 -> (long) headDim + stepType(type).bytes();
            case INT4 -> (headDim + 1L) / 2 + stepType(type).bytes();
        };
    }

    /**
     * Codes vectors.
     *
     * @param vectors {@code [..., headDim]}, finite
     * @return for INT8 {@code [..., headDim]} in I8, for INT4 {@code [..., (headDim + 1) / 2]} in U8; and the steps
     *     {@code [...]}, in F64 for F64 vectors, else in F32; in the scope given
     */
    Coded encode(TensorScope scope, Tensor vectors) {
        ElementType type = vectors.elementType();
        List<Tensor> coded = CodecProgram.PROGRAM.run(
                scope, method("encode"), vectors, stepType(type).code(), (double) levels, smallestStep(type));
        return new Coded(coded.getFirst(), coded.getLast());
    }

    /** The vectors {@code [..., headDim]} again, in the type given. */
    Tensor decode(TensorScope scope, Coded coded, int headDim, ElementType type) {
        return CodecProgram.PROGRAM
                .run(scope, method("decode"), coded.values(), coded.steps(), headDim, type.code())
                .getFirst();
    }

    /**
     * Codes and decodes a cache's positions where they lie, so that it holds what it would after being stored.
     *
     * @param from the first position
     * @param to the position behind the last
     */
    public void round(KvCache cache, int from, int to) {
        if (lossless() || from == to) {
            return;
        }
        for (int layer = 0; layer < cache.layers(); layer++) {
            try (TensorScope step = TensorScope.root()) {
                Tensor keys = rounded(step, cache.keys(step, layer, from, to));
                Tensor values = rounded(step, cache.values(step, layer, from, to));
                cache.write(layer, from, keys, values);
            }
        }
    }

    private Tensor rounded(TensorScope scope, Tensor vectors) {
        return decode(scope, encode(scope, vectors), (int) vectors.size(-1), vectors.elementType());
    }

    /** Of the steps of a cache. */
    static ElementType stepType(ElementType cacheType) {
        return cacheType == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    }

    private static double smallestStep(ElementType type) {
        return stepType(type) == ElementType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    /** The largest relative error of rounding to a type. */
    private static double unit(ElementType type) {
        return switch (type) {
            case F64 -> 0x1p-53;
            case F32 -> 0x1p-24;
            case BF16 -> 0x1p-8;
            case F16, I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException("No cache holds " + type + ".");
        };
    }

    private String method(String what) {
        if (lossless()) {
            throw new IllegalStateException("Nothing is coded without a codec.");
        }
        return what + "_" + text();
    }

    /** Coded vectors and the step of each. */
    record Coded(Tensor values, Tensor steps) {}
}
