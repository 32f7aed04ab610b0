package dev.kvasir.grammar;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** A set of code points: ranges in order that neither overlap nor touch. */
final class CharSet {

    static final int LAST = Character.MAX_CODE_POINT;
    static final CharSet ALL = of(0, LAST);

    /** Whole characters: all but halves of surrogate pairs. */
    static final CharSet SCALARS = of(0, 0xD7FF, 0xE000, LAST);

    private final int[] bounds;

    private CharSet(int[] bounds) {
        this.bounds = bounds;
    }

    /** @param bounds first and last of each range, in any order; ranges may overlap */
    static CharSet of(int... bounds) {
        int[][] ranges = new int[bounds.length / 2][];
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = new int[] {bounds[2 * i], bounds[2 * i + 1]};
        }
        Arrays.sort(ranges, (one, other) -> Integer.compare(one[0], other[0]));
        int[] merged = new int[bounds.length];
        int count = 0;
        for (int[] range : ranges) {
            if (count > 0 && range[0] <= merged[count - 1] + 1) {
                merged[count - 1] = Math.max(merged[count - 1], range[1]);
            } else {
                merged[count++] = range[0];
                merged[count++] = range[1];
            }
        }
        return new CharSet(Arrays.copyOf(merged, count));
    }

    static CharSet ofAll(String characters) {
        return of(characters.codePoints().flatMap(c -> IntStream.of(c, c)).toArray());
    }

    CharSet or(CharSet other) {
        int[] both = Arrays.copyOf(bounds, bounds.length + other.bounds.length);
        System.arraycopy(other.bounds, 0, both, bounds.length, other.bounds.length);
        return of(both);
    }

    CharSet not() {
        int[] others = new int[bounds.length + 2];
        int count = 0;
        int from = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            if (from < bounds[i]) {
                others[count++] = from;
                others[count++] = bounds[i] - 1;
            }
            from = bounds[i + 1] + 1;
        }
        if (from <= LAST) {
            others[count++] = from;
            others[count++] = LAST;
        }
        return new CharSet(Arrays.copyOf(others, count));
    }

    CharSet and(CharSet other) {
        return not().or(other.not()).not();
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean contains(int codePoint) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (codePoint >= bounds[i] && codePoint <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }

    int ranges() {
        return bounds.length / 2;
    }

    int first(int range) {
        return bounds[2 * range];
    }

    int last(int range) {
        return bounds[2 * range + 1];
    }

    /** Tells where membership may change: the first of each range and the one behind its last. */
    void edges(IntConsumer edge) {
        for (int i = 0; i < bounds.length; i += 2) {
            edge.accept(bounds[i]);
            edge.accept(bounds[i + 1] + 1);
        }
    }
}
