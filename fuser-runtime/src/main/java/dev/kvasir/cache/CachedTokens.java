package dev.kvasir.cache;

import dev.kvasir.decoder.Forward;
import dev.kvasir.decoder.KvCache;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that one row of a cache stands for.
 *
 * @param positions of each for its rotation, 0 or more
 * @param hidden true where a token is padding that nothing attends to; empty if none is
 */
public record CachedTokens(List<Integer> ids, List<Integer> positions, List<Boolean> hidden) {

    public static final CachedTokens NONE = new CachedTokens(List.of(), List.of(), List.of());

    public CachedTokens {
        ids = List.copyOf(ids);
        positions = List.copyOf(positions);
        hidden = hidden.contains(true) ? List.copyOf(hidden) : List.of();
        if (positions.size() != ids.size() || (!hidden.isEmpty() && hidden.size() != ids.size())) {
            throw new IllegalArgumentException(
                    "%d tokens have a position each, not %d; and %d of them say if they are hidden."
                            .formatted(ids.size(), positions.size(), hidden.size()));
        }
        if (!ids.isEmpty() && (Collections.min(ids) < 0 || Collections.min(positions) < 0)) {
            throw new IllegalArgumentException("Ids and positions are 0 or more.");
        }
    }

    /** Tokens at the positions 0, 1, 2, ..., none hidden. */
    public static CachedTokens of(List<Integer> ids) {
        return new CachedTokens(ids, IntStream.range(0, ids.size()).boxed().toList(), List.of());
    }

    public int size() {
        return ids.size();
    }

    /** The first {@code count} of them. */
    public CachedTokens first(int count) {
        return part(0, count);
    }

    /** These with others behind them, at the positions that follow the last one. */
    public CachedTokens then(List<Integer> more) {
        int next = positions.isEmpty() ? 0 : positions.getLast() + 1;
        List<Integer> all = new ArrayList<>(ids);
        all.addAll(more);
        List<Integer> at = new ArrayList<>(positions);
        IntStream.range(next, next + more.size()).forEach(at::add);
        List<Boolean> pads = new ArrayList<>(hidden);
        if (!hidden.isEmpty()) {
            pads.addAll(Collections.nCopies(more.size(), false));
        }
        return new CachedTokens(all, at, pads);
    }

    /** Runs those that a cache does not hold yet, behind those it does. */
    Forward behind(KvCache cache) {
        CachedTokens rest = part(cache.length(), size());
        Forward forward = Forward.of(rest.ids, cache).withPositions(List.of(rest.positions));
        if (hidden.isEmpty()) {
            return forward;
        }
        return forward.withMask(List.of(hidden.stream().map(pad -> pad ? 0 : 1).toList()));
    }

    CachedTokens part(int from, int to) {
        return new CachedTokens(
                ids.subList(from, to),
                positions.subList(from, to),
                hidden.isEmpty() ? hidden : hidden.subList(from, to));
    }

    boolean isHidden(int index) {
        return !hidden.isEmpty() && hidden.get(index);
    }

    /** How many tokens from {@code from} on are those of {@code other}, from its start. */
    int commonPrefix(int from, CachedTokens other) {
        int limit = Math.min(size() - from, other.size());
        int common = 0;
        while (common < limit && same(from + common, other, common)) {
            common++;
        }
        return common;
    }

    private boolean same(int at, CachedTokens other, int otherAt) {
        return ids.get(at).equals(other.ids.get(otherAt))
                && positions.get(at).equals(other.positions.get(otherAt))
                && isHidden(at) == other.isHidden(otherAt);
    }
}
