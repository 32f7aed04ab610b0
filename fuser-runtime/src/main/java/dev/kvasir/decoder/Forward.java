package dev.kvasir.decoder;

import java.util.List;
import java.util.stream.IntStream;

/**
 * New tokens to run through a model, behind what its cache holds.
 *
 * @param ids {@code [rows, new tokens]}
 * @param positions of each id, for RoPE; empty for those that follow the cache's length
 * @param mask {@code [rows, cached + new tokens]}, 1 where a token may be attended to and 0 where it is padding; empty
 *     for all ones. Order in the cache, not position, decides what is earlier and what lies in a sliding window
 * @param cache receives the new tokens' keys and values
 * @param lastLogits for how many of the last tokens logits are wanted, at least one
 */
public record Forward(
        List<List<Integer>> ids,
        List<List<Integer>> positions,
        List<List<Integer>> mask,
        KvCache cache,
        int lastLogits) {

    public Forward {
        ids = List.copyOf(ids);
        positions = List.copyOf(positions);
        mask = List.copyOf(mask);
        int count = ids.isEmpty() ? 0 : ids.getFirst().size();
        if (count == 0 || lastLogits < 1 || lastLogits > count) {
            throw new IllegalArgumentException("A forward needs at least one new token and logits for 1 to all of them,"
                    + " not " + count + " tokens and " + lastLogits + " logits.");
        }
        requireShape("ids", ids, cache.rows(), count);
        if (!positions.isEmpty()) {
            requireShape("positions", positions, cache.rows(), count);
        }
        if (!mask.isEmpty()) {
            requireShape("mask", mask, cache.rows(), cache.length() + count);
        }
    }

    /** One row behind a cache of one row; logits of the last token only. */
    public static Forward of(List<Integer> ids, KvCache cache) {
        return new Forward(List.of(ids), List.of(), List.of(), cache, 1);
    }

    /** Several rows of equal length; logits of the last token only. */
    public static Forward ofRows(List<List<Integer>> ids, KvCache cache) {
        return new Forward(ids, List.of(), List.of(), cache, 1);
    }

    public Forward withPositions(List<List<Integer>> newPositions) {
        return new Forward(ids, newPositions, mask, cache, lastLogits);
    }

    public Forward withMask(List<List<Integer>> newMask) {
        return new Forward(ids, positions, newMask, cache, lastLogits);
    }

    public Forward withLastLogits(int count) {
        return new Forward(ids, positions, mask, cache, count);
    }

    public Forward withAllLogits() {
        return withLastLogits(count());
    }

    /** New tokens of a row. */
    public int count() {
        return ids.getFirst().size();
    }

    long[] flatPositions() {
        if (!positions.isEmpty()) {
            return flat(positions);
        }
        int[] row = IntStream.range(cache.length(), cache.length() + count()).toArray();
        long[] flat = new long[cache.rows() * row.length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = row[i % row.length];
        }
        return flat;
    }

    static long[] flat(List<List<Integer>> rows) {
        return rows.stream()
                .flatMapToInt(row -> row.stream().mapToInt(Integer::intValue))
                .asLongStream()
                .toArray();
    }

    private static void requireShape(String what, List<List<Integer>> values, int rows, int columns) {
        if (values.size() != rows || values.stream().anyMatch(row -> row.size() != columns)) {
            throw new IllegalArgumentException("The " + what + " of a forward must be " + rows + " rows of " + columns
                    + ", not rows of " + values.stream().map(List::size).toList() + ".");
        }
    }
}
