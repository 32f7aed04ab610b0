package dev.kvasir.device;

import java.util.OptionalInt;

/**
 * How many parties may hold something at once. There is no limit until memory runs out in spite of the ledger; then half of
 * those that were there may, and one more for every {@value #CALM} that end, until as many could as when it ran out.
 */
final class Throttle {

    /** Parties that end before one more may come. */
    static final int CALM = 8;

    private int limit = Integer.MAX_VALUE;
    private int ranOutAt;
    private int calm;

    boolean lets(int parties) {
        return parties < limit;
    }

    void halve(int parties) {
        ranOutAt = Math.max(1, parties);
        limit = Math.max(1, Math.min(limit, ranOutAt) / 2);
        calm = 0;
    }

    /** A party holds nothing any more. */
    void ended() {
        if (limit == Integer.MAX_VALUE || ++calm < CALM) {
            return;
        }
        calm = 0;
        limit++;
        if (limit >= ranOutAt) {
            limit = Integer.MAX_VALUE;
        }
    }

    OptionalInt limit() {
        return limit == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(limit);
    }
}
