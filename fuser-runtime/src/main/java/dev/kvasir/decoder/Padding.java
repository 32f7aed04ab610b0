package dev.kvasir.decoder;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prompts of unequal length side by side, shorter ones padded on the left, so that all end together and windows stay
 * whole.
 */
final class Padding {
    private final List<List<Integer>> prompts;
    private final List<Integer> pads;
    private final List<Integer> hidden;
    private final int length;

    private Padding(List<List<Integer>> prompts, List<Integer> pads, List<Integer> hidden, int length) {
        this.prompts = prompts;
        this.pads = pads;
        this.hidden = hidden;
        this.length = length;
    }

    static Padding left(List<List<Integer>> prompts) {
        int length = prompts.stream().mapToInt(List::size).max().orElseThrow();
        return new Padding(
                prompts, prompts.stream().map(prompt -> length - prompt.size()).toList(), List.of(), length);
    }

    /** For a cache that is prefilled and holds no padding. */
    static Padding none(KvCache cache) {
        return new Padding(List.of(), Collections.nCopies(cache.rows(), 0), List.of(), cache.length());
    }

    /**
     * For a cache of one row that is prefilled with padding inside.
     *
     * @param hidden true at the positions that nothing may attend to; those behind are not hidden
     */
    static Padding inside(KvCache cache, List<Boolean> hidden) {
        if (!hidden.contains(true)) {
            return none(cache);
        }
        List<Integer> seen = hidden.stream().map(isHidden -> isHidden ? 0 : 1).toList();
        return new Padding(List.of(), List.of(0), seen, cache.length());
    }

    /** Whether any row has some. */
    boolean isAny() {
        return !hidden.isEmpty() || pads.stream().anyMatch(pad -> pad > 0);
    }

    /** All prompts, for an empty cache. */
    Forward prompts(KvCache cache) {
        List<List<Integer>> ids = new ArrayList<>();
        List<List<Integer>> positions = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            List<Integer> prompt = prompts.get(row);
            int pad = pads.get(row);
            // Which token pads does not matter: it is hidden from all others.
            ids.add(joined(Collections.nCopies(pad, prompt.getFirst()), prompt));
            positions.add(joined(
                    Collections.nCopies(pad, 0),
                    IntStream.range(0, prompt.size()).boxed().toList()));
        }
        return new Forward(ids, positions, mask(length), cache, 1);
    }

    /** More tokens for each row, equally many. */
    Forward next(List<List<Integer>> ids, KvCache cache) {
        int to = cache.length() + ids.getFirst().size();
        List<List<Integer>> positions = pads.stream()
                .map(pad ->
                        IntStream.range(cache.length() - pad, to - pad).boxed().toList())
                .toList();
        return new Forward(ids, positions, mask(to), cache, 1);
    }

    private List<List<Integer>> mask(int columns) {
        if (!hidden.isEmpty()) {
            return List.of(joined(hidden, Collections.nCopies(columns - hidden.size(), 1)));
        }
        if (pads.stream().allMatch(pad -> pad == 0)) {
            return List.of();
        }
        return pads.stream()
                .map(pad -> joined(Collections.nCopies(pad, 0), Collections.nCopies(columns - pad, 1)))
                .toList();
    }

    private static List<Integer> joined(List<Integer> first, List<Integer> second) {
        List<Integer> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }
}
