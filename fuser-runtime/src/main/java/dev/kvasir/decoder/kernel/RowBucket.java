package dev.kvasir.decoder.kernel;

/** How many rows are multiplied at once; a kernel is chosen for each bucket. */
public enum RowBucket {
    /** One sequence decodes. */
    ONE(0, 1, 1),
    FEW(1, 4, 4),
    SEVERAL(2, 16, 16),
    /** A prompt is read. */
    MANY(3, Integer.MAX_VALUE, 128);

    private final int index;
    private final int most;
    private final int measured;

    RowBucket(int index, int most, int measured) {
        this.index = index;
        this.most = most;
        this.measured = measured;
    }

    /** The bucket of so many rows. */
    static RowBucket of(int rows) {
        for (RowBucket bucket : values()) {
            if (rows <= bucket.most) {
                return bucket;
            }
        }
        return MANY;
    }

    /** Its place in lists that have an entry for each bucket. */
    int index() {
        return index;
    }

    /** The largest number of rows that belongs here. */
    int most() {
        return most;
    }

    /** The number of rows a kernel is timed with. */
    int measured() {
        return measured;
    }
}
