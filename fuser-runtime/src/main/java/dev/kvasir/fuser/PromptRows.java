package dev.kvasir.fuser;

import dev.kvasir.cache.CachedTokens;
import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import java.util.List;
import java.util.Objects;

/**
 * What one model reads, from the start of the conversation: rows of equal length.
 *
 * @param ids {@code [rows, tokens]}
 * @param positions of each id; empty for 0, 1, 2, ...
 * @param mask 1 for a token, 0 for padding; empty for all tokens
 */
public record PromptRows(List<List<Integer>> ids, List<List<Integer>> positions, List<List<Integer>> mask) {

    public PromptRows {
        ids = copy(ids);
        positions = copy(positions);
        mask = copy(mask);
        int length = ids.isEmpty() ? 0 : ids.getFirst().size();
        if (length == 0) {
            throw new IllegalArgumentException("A prompt has at least one token");
        }
        requireShape("ids", ids, ids.size(), length);
        if (!positions.isEmpty()) {
            requireShape("positions", positions, ids.size(), length);
        }
        if (!mask.isEmpty()) {
            requireShape("mask", mask, ids.size(), length);
        }
    }

    private static List<List<Integer>> copy(List<List<Integer>> rows) {
        return rows.stream().map(List::copyOf).toList();
    }

    private static void requireShape(String what, List<List<Integer>> values, int rows, int length) {
        if (values.size() != rows || values.stream().anyMatch(row -> row.size() != length)) {
            throw new IllegalArgumentException("The %s of a prompt are %d rows of %d, not rows of %s"
                    .formatted(
                            what, rows, length, values.stream().map(List::size).toList()));
        }
    }

    /** One row without padding. */
    public static PromptRows of(List<Integer> ids) {
        return new PromptRows(List.of(ids), List.of(), List.of());
    }

    /** One row, with padding where told. */
    public static PromptRows of(List<Integer> ids, List<Boolean> pads) {
        List<Integer> mask = pads.stream().map(pad -> pad ? 0 : 1).toList();
        return new PromptRows(List.of(ids), List.of(), List.of(mask));
    }

    public int rows() {
        return ids.size();
    }

    public int length() {
        return ids.getFirst().size();
    }

    /** The first row's tokens, as a cache's identity holds them. */
    public CachedTokens tokens() {
        CachedTokens plain = CachedTokens.of(ids.getFirst());
        return positions.isEmpty()
                ? new CachedTokens(plain.ids(), plain.positions(), hidden())
                : new CachedTokens(plain.ids(), positions.getFirst(), hidden());
    }

    /** True where the first row has padding; empty if no row has any. */
    List<Boolean> hidden() {
        return mask.isEmpty()
                ? List.of()
                : mask.getFirst().stream().map(real -> real == 0).toList();
    }

    /** The same tokens at other positions. */
    PromptRows at(List<List<Integer>> newPositions) {
        return new PromptRows(ids, newPositions, mask);
    }

    /** Without what comes after the first {@code length} tokens. */
    PromptRows first(int length) {
        return new PromptRows(columns(ids, 0, length), columns(positions, 0, length), columns(mask, 0, length));
    }

    /** Columns at the end that are padding in every row. */
    int trailingPads() {
        int pads = 0;
        while (!mask.isEmpty() && pads < length() && padded(length() - 1 - pads)) {
            pads++;
        }
        return pads;
    }

    private boolean padded(int column) {
        return mask.stream().allMatch(row -> Objects.equals(row.get(column), 0));
    }

    /** Runs the tokens from the cache's length to {@code to}; all before must lie in the cache. */
    Forward forward(KvCache cache, int to, int lastLogits) {
        int from = cache.length();
        return new Forward(
                columns(ids, from, to), columns(positions, from, to), columns(mask, 0, to), cache, lastLogits);
    }

    private static List<List<Integer>> columns(List<List<Integer>> rows, int from, int to) {
        return rows.stream().map(row -> row.subList(from, to)).toList();
    }
}
