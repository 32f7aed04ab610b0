package dev.kvasir.decoder;

import java.util.List;

/**
 * One more token of one sequence, at the position behind all that its cache holds.
 *
 * @param cache of one row; receives the token's keys and values
 * @param hidden true where the cache holds padding, which nothing may attend to; may end early or be empty
 */
public record NextToken(int id, KvCache cache, List<Boolean> hidden) {

    public NextToken {
        hidden = List.copyOf(hidden);
        if (cache.rows() != 1) {
            throw new IllegalArgumentException(
                    "Each sequence brings a cache of one row of its own, not of %d.".formatted(cache.rows()));
        }
    }

    /** 1 at each position that may be attended to, this token's included; empty if all may. */
    long[] seen() {
        if (!hidden.contains(true)) {
            return new long[0];
        }
        long[] seen = new long[cache.length() + 1];
        for (int position = 0; position < seen.length; position++) {
            seen[position] = position < hidden.size() && hidden.get(position) ? 0 : 1;
        }
        return seen;
    }
}
