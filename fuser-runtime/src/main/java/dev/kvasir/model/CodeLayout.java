package dev.kvasir.model;

/**
 * How the rows of a matrix can be held without widening them: as codes, small integers in groups of neighbours in a row,
 * {@code weight = scale * code + minimum} with one scale and one minimum a group.
 */
public enum CodeLayout {
    /** Codes 0 to 15, two a byte: of a group's 32, the low halves hold the first 16 and the high halves the others. */
    NIBBLES(32, 16, true),
    /** Codes -128 to 127, a byte each; no minimum. */
    BYTES(32, 32, false),
    /** Like BYTES, with a minimum. */
    BYTES_AND_MINIMUMS(32, 32, true),
    /** Like BYTES, in groups of 16. */
    BYTES_BY_16(16, 16, false),
    /** No codes but the weights themselves, BF16; no scale and no minimum. */
    HALVES(1, 2, false);

    private final int group;
    private final int groupBytes;
    private final boolean hasMinimums;

    CodeLayout(int group, int groupBytes, boolean hasMinimums) {
        this.group = group;
        this.groupBytes = groupBytes;
        this.hasMinimums = hasMinimums;
    }

    /** Weights of a group. */
    public int group() {
        return group;
    }

    /** Bytes of a group's codes. */
    public int groupBytes() {
        return groupBytes;
    }

    public boolean hasScales() {
        return this != HALVES;
    }

    public boolean hasMinimums() {
        return hasMinimums;
    }

    /** Bytes that a matrix takes: codes, and scales and minimums in F32. */
    public long bytes(long elements) {
        long groups = elements / group;
        int numbers = (hasScales() ? 1 : 0) + (hasMinimums ? 1 : 0);
        return groups * (groupBytes + (long) numbers * Float.BYTES);
    }
}
